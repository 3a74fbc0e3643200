package dev.bysync.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.report.Runs;
import dev.bysync.report.compare.Gate.Outcome;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times with the noise of a shared machine: a run is up to half slower than another as a whole. */
class TimeComparisonTest {
  private static final String GATE = "transform_time>+10%";

  @Test
  void neverFailsByNoise() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      assertThat(check(runs(random, 3, 1), runs(random, 3, 1))).isNotEqualTo(Outcome.FAILED);
    }
  }

  @Test
  void seesWhatIsTwiceAsSlow() throws Exception {
    int seen = 0;
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      if (check(runs(random, 5, 1), runs(random, 5, 2)) == Outcome.FAILED) {
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(90);
  }

  @Test
  void saysNothingOfSingleRuns() throws Exception {
    Random random = new Random(1);
    assertThat(check(runs(random, 1, 1), runs(random, 5, 9))).isEqualTo(Outcome.UNDECIDED);
  }

  @Test
  void takesNoTimeOfAnEarlierRun() throws Exception {
    List<Run> known =
        runs(new Random(1), 3, 1).stream()
            .map(
                run ->
                    Runs.of(
                        run.id(),
                        run.modules().stream()
                            .map(m -> new RunModule(m.places(), true, m.row(), m.responsible()))
                            .toList()))
            .toList();
    assertThat(check(known, runs(new Random(2), 3, 9))).isEqualTo(Outcome.UNDECIDED);
  }

  private static Outcome check(List<Run> baseline, List<Run> candidate) throws Exception {
    return Gate.parse(GATE)
        .check(
            Comparison.of(baseline.get(0), candidate.get(0)),
            new TimeComparison(baseline, candidate))
        .get(0)
        .outcome();
  }

  private static List<Run> runs(Random random, int count, double factor) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double load = 1 + random.nextDouble() / 2;
      List<RunModule> modules = new ArrayList<>();
      for (int m = 0; m < 30; m++) {
        double nanos = 1e6 * (m + 1) * factor * load * (1 + random.nextDouble());
        modules.add(Runs.module("m" + m, Map.of("transformNanos", (long) nanos)));
      }
      runs.add(Runs.of("r" + i, modules));
    }
    return runs;
  }
}
