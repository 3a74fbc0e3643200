package dev.bysync.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.report.Runs;
import dev.bysync.report.compare.Gate.Outcome;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final RunModule STEADY = Runs.module("steady");

  /** Of a module that adds 400 bytes and executes 11,000 instructions in the baseline. */
  @ParameterizedTest
  @CsvSource({
    "added_bytes>+1%, transformedBytes, 1405, FAILED",
    "added_bytes>+1%, transformedBytes, 1404, PASSED",
    "added_bytes>+1%, transformedBytes, 1300, PASSED",
    "added_bytes>+4, transformedBytes, 1405, FAILED",
    "added_bytes>+4, transformedBytes, 1404, PASSED",
    "transformed_bytes<-10%, transformedBytes, 1259, FAILED",
    "transformed_bytes<-10%, transformedBytes, 1261, PASSED",
    "fuel>+0.5%, fuelTransformed, 11056, FAILED",
    "fuel>+0.5%, fuelTransformed, 11055, PASSED",
    "fuel > 0, fuelTransformed, 11001, FAILED",
    "fuel > 0, fuelTransformed, 11000, PASSED",
    "total:fuel>+0.2%, fuelTransformed, 11045, FAILED",
    "total:fuel>+0.2%, fuelTransformed, 11044, PASSED",
    "median:fuel>+0.2%, fuelTransformed, 11045, FAILED",
    "median:fuel>+0.2%, fuelTransformed, 11043, PASSED",
  })
  void comparesDecidedFiguresExactly(String condition, String figure, long value, Outcome outcome)
      throws Exception {
    Run before = Runs.of("a", STEADY, Runs.module("m"));
    Run after = Runs.of("b", STEADY, Runs.module("m", Map.of(figure, value)));
    assertThat(check(condition, before, after).outcome()).isEqualTo(outcome);
  }

  @Test
  void namesOffendersByTheirStrategyWhereThereAreSeveral() throws Exception {
    Map<String, Object> tool = Map.of("strategy", "tool");
    Run before = Runs.of("a", Runs.module("m"), Runs.module("m", tool));
    Run after = Runs.of("b", Runs.module("m", Map.of("fuelTransformed", 22_000L)));
    assertThat(check("fuel>+1%", before, after).offenders())
        .containsExactly("m by dispatch: +100.00 % (11,000 to 22,000)");
    assertThat(check("vanished", before, after).offenders()).containsExactly("m by tool");
  }

  @Test
  void namesTheOffendersWorstFirst() throws Exception {
    Run before = Runs.of("a", Runs.module("a"), Runs.module("b"), STEADY);
    Run after =
        Runs.of(
            "b",
            Runs.module("a", Map.of("fuelTransformed", 12_000L)),
            Runs.module("b", Map.of("fuelTransformed", 22_000L)),
            STEADY);
    assertThat(check("fuel>+1%", before, after).offenders())
        .containsExactly("b: +100.00 % (11,000 to 22,000)", "a: +9.09 % (11,000 to 12,000)");
  }

  @Test
  void takesAFigureThatWasNothingForGrown() throws Exception {
    Run before = Runs.of("a", Runs.module("m", Map.of("sites", 0)));
    assertThat(check("sites>+50%", before, Runs.of("b", Runs.module("m"))).outcome())
        .isEqualTo(Outcome.FAILED);
  }

  /** What a verdict stands on can get less while the verdict stays. */
  @Test
  void seesSitesThatAreNotSuspendedAnyMore() throws Exception {
    Run before = Runs.of("a", Runs.module("m"));
    Run after = Runs.of("b", Runs.module("m", Map.of("sitesSuspended", 9, "sitesByHost", 3)));
    assertThat(check("sites_suspended<0", before, after).offenders()).hasSize(1);
    assertThat(check("sites_by_host<0", before, after).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(check("sites_by_frames<0", before, after).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(check("coverage<-5%", before, after).offenders())
        .singleElement()
        .asString()
        .contains("0.2632 to 0.2368");
    assertThat(check("coverage<-5%", before, before).outcome()).isEqualTo(Outcome.PASSED);
  }

  @Test
  void seesVerdicts() throws Exception {
    RunModule failing =
        Runs.module("m", Map.of("verdict", Verdict.MISMATCH, "reason", "global 3 differs"));
    Run good = Runs.of("a", Runs.module("m"));
    Run bad = Runs.of("b", failing);
    assertThat(check("verdict-worse", good, bad).offenders())
        .containsExactly("m: MISMATCH, was VERIFIED (global 3 differs)");
    assertThat(check("verdict-worse", bad, good).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(
            check("appeared-failing", Runs.of("a", STEADY), Runs.of("b", STEADY, failing))
                .offenders())
        .containsExactly("m: MISMATCH (global 3 differs)");
    assertThat(check("vanished", Runs.of("a", STEADY, failing), Runs.of("b", STEADY)).offenders())
        .containsExactly("m");
  }

  @Test
  void checksEveryCondition() throws Exception {
    Run before = Runs.of("a", Runs.module("m"));
    Run after = Runs.of("b", Runs.module("m", Map.of("sites", 50)));
    List<Gate.Finding> findings =
        Gate.parse("sites>+1%, fuel>+1%,verdict-worse")
            .check(
                Comparison.of(before, after), new TimeComparison(List.of(before), List.of(after)));
    assertThat(findings)
        .extracting(Gate.Finding::outcome)
        .containsExactly(Outcome.FAILED, Outcome.PASSED, Outcome.PASSED);
    assertThat(Gate.fails(findings)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fuel",
        "fuel>",
        "fuel>x%",
        "bytes>+1%",
        "fuel>+1%,",
        "transform_time>+5",
        "total:verify_time>+5%",
        "verdict-better"
      })
  void saysWhatIsWrong(String specification) {
    assertThatThrownBy(() -> Gate.parse(specification))
        .isInstanceOf(Gate.SyntaxException.class)
        .hasMessageStartingWith("'");
  }

  private static Gate.Finding check(String condition, Run before, Run after) throws Exception {
    return Gate.parse(condition)
        .check(Comparison.of(before, after), new TimeComparison(List.of(before), List.of(after)))
        .get(0);
  }
}
