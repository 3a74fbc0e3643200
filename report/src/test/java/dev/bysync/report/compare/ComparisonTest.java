package dev.bysync.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.report.Runs;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void tellsSameChangedNewAndMissingModulesApart() {
    RunModule same = Runs.module("same.wasm");
    RunModule old = Runs.module("lib.wasm");
    RunModule rebuilt = Runs.module("lib.wasm", Map.of("sha256", "ff".repeat(32)));
    RunModule gone = Runs.module("gone.wasm");
    RunModule added = Runs.module("new.wasm");

    Comparison comparison =
        Comparison.of(Runs.of("a", same, old, gone), Runs.of("b", added, rebuilt, same));

    assertThat(comparison.pairs()).containsExactly(new Comparison.Pair(same, same));
    assertThat(comparison.changed()).containsExactly(new Comparison.Pair(old, rebuilt));
    assertThat(comparison.appeared()).containsExactly(added);
    assertThat(comparison.vanished()).containsExactly(gone);
    assertThat(comparison.differing()).isEmpty();
  }

  @Test
  void joinsTheSameBytesFoundElsewhere() {
    RunModule before = Runs.module("old/place.wasm", Map.of("sha256", "aa".repeat(32)));
    RunModule after = Runs.module("new/place.wasm", Map.of("sha256", "aa".repeat(32)));
    Comparison comparison = Comparison.of(Runs.of("a", before), Runs.of("b", after));
    assertThat(comparison.pairs()).containsExactly(new Comparison.Pair(before, after));
  }

  @Test
  void joinsRunsOfSeveralStrategiesStrategyByStrategy() {
    RunModule ours = Runs.module("m");
    RunModule theirs =
        Runs.module("m", Map.of("strategy", "external:x", "transformedBytes", 2000L));
    Comparison comparison = Comparison.of(Runs.of("a", ours, theirs), Runs.of("b", theirs, ours));
    assertThat(comparison.pairs()).hasSize(2);
    assertThat(comparison.differing()).isEmpty();
  }

  @Test
  void joinsRunsOfOneStrategyEachWhateverItIs() {
    RunModule ours = Runs.module("m");
    RunModule theirs =
        Runs.module("m", Map.of("strategy", "external:x", "transformedBytes", 2100L));
    Comparison comparison = Comparison.of(Runs.of("a", ours), Runs.of("b", theirs));
    assertThat(comparison.pairs().get(0).relative(Metric.TRANSFORMED_BYTES)).isEqualTo(0.5);
    assertThat(comparison.differing()).hasSize(1);
  }

  @Test
  void ordersByEffect() {
    RunModule a = Runs.module("a");
    RunModule b = Runs.module("b");
    RunModule c = Runs.module("c");
    Comparison comparison =
        Comparison.of(
            Runs.of("1", a, b, c),
            Runs.of(
                "2",
                Runs.module("a", Map.of("fuelTransformed", 11_110L)),
                Runs.module("b", Map.of("fuelTransformed", 22_000L)),
                Runs.module("c", Map.of("fuelTransformed", 10_500L))));
    assertThat(comparison.byEffect(Metric.FUEL, 1))
        .extracting(pair -> pair.after().name())
        .containsExactly("b", "a");
    assertThat(comparison.byEffect(Metric.FUEL, -1))
        .extracting(pair -> pair.after().name())
        .containsExactly("c");
  }

  @Test
  void ranksVerdicts() {
    RunModule good = Runs.module("m");
    RunModule bad = Runs.module("m", Map.of("verdict", Verdict.MISMATCH));
    RunModule idle = Runs.module("m", Map.of("verdict", Verdict.UNEXERCISED));
    assertThat(new Comparison.Pair(good, bad).verdictChange()).isPositive();
    assertThat(new Comparison.Pair(bad, idle).verdictChange()).isNegative();
    assertThat(new Comparison.Pair(good, idle).verdictChange()).isPositive();
  }
}
