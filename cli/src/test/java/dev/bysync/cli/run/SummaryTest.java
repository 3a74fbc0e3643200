package dev.bysync.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.run.ListFindings.Strictness;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTest {
  @ParameterizedTest
  @CsvSource({
    "VERIFIED, DONE",
    "UNEXERCISED, DONE",
    "BUDGET, DONE",
    "REJECTED, BAD_INPUT",
    "MISMATCH, VERIFICATION_FAILED",
    "ERROR, VERIFICATION_FAILED"
  })
  void theWorstVerdictDecidesTheExitCode(Verdict verdict, ExitCode expected) {
    assertThat(report(line("a", Verdict.VERIFIED, ""), line("b", verdict, "")).exitCode())
        .isEqualTo(expected);
  }

  @Test
  void interpretersThatDisagreeAreNoSuccess() {
    ModuleLine disputed = line("a", Verdict.VERIFIED, "", SecondOpinion.Finding.DISAGREES);
    assertThat(report(disputed).exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    ModuleLine left = line("a", Verdict.VERIFIED, "", SecondOpinion.Finding.NOT_RUN);
    assertThat(report(left).exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aModuleWithoutAResultIsNoSuccess() {
    ModuleLine undone = new ModuleLine("a", 0, "dispatch", "00", null, "", false);
    assertThat(report(undone).exitCode()).isEqualTo(ExitCode.INFRASTRUCTURE);
    assertThat(print(report(undone), 0)).contains("not done");
  }

  @Test
  void theTableFitsTheTerminalAndGivesReasons() {
    String name = "maven:group:artifact:1.0!/" + "folder/".repeat(20) + "module.wasm";
    RunReport report = report(line(name, Verdict.MISMATCH, "they differ"));
    assertThat(print(report, 110).lines().limit(3)).allMatch(text -> text.length() <= 110);
    assertThat(print(report, 110))
        .contains("module.wasm")
        .contains("MISMATCH  " + name + ": they differ")
        .contains("1 module (1.5 KB): 1 MISMATCH, in 2.5 s");
  }

  /** Of the reachable sites; programs and frames together. */
  @Test
  void whatWasSuspendedIsTold() {
    assertThat(print(report(line("name", Verdict.VERIFIED, "")), 0)).contains("  6/7, 1,204x  ");
  }

  @Test
  void theReportEscapesWhatModulesSay() {
    String text = MarkdownReport.of(report(line("a|b<script>", Verdict.REJECTED, "x\ny")));
    assertThat(text).contains("| a\\|b&lt;script> |").contains("x y").doesNotContain("<script");
  }

  @Test
  void nothingInANameSteersTheTerminal() {
    String text = print(report(line("\u001b[2Jname", Verdict.REJECTED, "\u0007\u202ereason")), 0);
    assertThat(text).contains("?[2Jname: ??reason").doesNotContain("\u001b");
  }

  @Test
  void strategiesHaveAColumnWhereThereAreSeveral() {
    ModuleLine ours = line("name", Verdict.VERIFIED, "");
    String command = "external:wasm-opt --asyncify -O2 {in} -o {out}";
    ModuleLine theirs = new ModuleLine("name", 0, command, "name", null, "", false);
    Map<String, String> profiles = new LinkedHashMap<>();
    profiles.put("dispatch", "1111");
    profiles.put(command, "2222");
    RunReport report =
        new RunReport(
            "run",
            Instant.EPOCH,
            Duration.ofMillis(2_500),
            List.of("source"),
            List.of(ours, theirs),
            List.of(),
            ListFindings.NONE,
            0,
            profiles,
            Map.of());
    assertThat(print(report, 0)).contains("STRATEGY", "dispatch", "wasm-opt --asyncify -...");
    assertThat(MarkdownReport.of(report))
        .contains("| Module | Strategy | Before |", "|---|---|---:|")
        .contains("`" + command + "` with profile `2222`");
    assertThat(Cells.label(command, List.of("dispatch", command, command + " --twice")))
        .isEqualTo("2: wasm-opt --asyncify -...");
    assertThat(print(report(ours), 0)).doesNotContain("STRATEGY");
    assertThat(MarkdownReport.of(report(ours))).contains("| Module | Before |");
  }

  @Test
  void anEntryThatMatchesNowhereIsToldOnceAndMayBeAnError() {
    List<String> warnings =
        List.of("imports has 'a.b', and no import\u001b of 2 modules matches it");
    ModuleLine good = line("a", Verdict.VERIFIED, "");
    RunReport warned = report(new ListFindings(warnings, Strictness.WARNS), good);
    assertThat(print(warned, 0)).containsOnlyOnce("warning  imports has 'a.b', and no import? of");
    assertThat(MarkdownReport.of(warned)).contains("## Lists", "- **warning** imports has 'a.b'");
    assertThat(JsonReport.of(warned)).contains("\"warnings\" : [ \"imports has 'a.b'");
    assertThat(warned.exitCode()).isEqualTo(ExitCode.DONE);

    ListFindings strict = new ListFindings(warnings, Strictness.FAILS);
    assertThat(print(report(strict, good), 0)).contains("error  imports has 'a.b'");
    assertThat(report(strict, good).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(report(strict, line("a", Verdict.REJECTED, "")).exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(report(strict, line("a", Verdict.MISMATCH, "")).exitCode())
        .isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(report(new ListFindings(List.of(), Strictness.FAILS), good).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(MarkdownReport.of(report(good))).doesNotContain("## Lists");
  }

  @Test
  void theTallyTellsSpeedVerdictsAndTimeLeft() {
    long[] now = {0};
    Tally tally = new Tally(() -> now[0]);
    now[0] = 5_000_000_000L; // start-up
    tally.total(4, 4_000);
    now[0] = 7_000_000_000L;
    tally.done(Verdict.VERIFIED, 1_000);
    assertThat(tally.details()).isEqualTo("500 B/s, 1 VERIFIED, 6.0 s left");
    tally.finish();
    assertThat(tally.totalModules()).isEqualTo(1);
    assertThat(tally.details()).isEqualTo("500 B/s, 1 VERIFIED");
  }

  @Test
  void unitsAreThoseOfPeople() {
    assertThat(Units.bytes(999)).isEqualTo("999 B");
    assertThat(Units.bytes(999_960)).isEqualTo("1.0 MB");
    assertThat(Units.duration(Duration.ofMillis(99))).isEqualTo("99 ms");
    assertThat(Units.duration(Duration.ofMillis(59_960))).isEqualTo("1 min 00 s");
    assertThat(Units.duration(Duration.ofMinutes(64))).isEqualTo("1 h 04 min");
  }

  private static String print(RunReport report, int columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SummaryTable.print(report, new PrintStream(bytes, true, StandardCharsets.UTF_8), columns);
    return bytes.toString(StandardCharsets.UTF_8).strip();
  }

  private static RunReport report(ModuleLine... lines) {
    return report(ListFindings.NONE, lines);
  }

  private static RunReport report(ListFindings lists, ModuleLine... lines) {
    return new RunReport(
        "run",
        Instant.EPOCH,
        Duration.ofMillis(2_500),
        List.of("source"),
        List.of(lines),
        List.of(),
        lists,
        0,
        Map.of("dispatch", "profile"),
        Map.of());
  }

  private static ModuleLine line(String name, Verdict verdict, String reason) {
    return line(name, verdict, reason, SecondOpinion.Finding.NOT_ASKED);
  }

  private static ModuleLine line(
      String name, Verdict verdict, String reason, SecondOpinion.Finding second) {
    ModuleRow row =
        new ModuleRow(
            name,
            "profile",
            "dispatch",
            verdict,
            reason,
            "",
            1_500,
            1_600,
            0,
            0,
            10,
            5,
            9,
            7,
            6,
            1,
            2,
            3,
            0,
            4,
            1,
            2,
            4,
            1_200,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            second,
            "",
            "",
            1_000_000,
            2_000_000,
            "run",
            "host",
            0,
            0);
    return new ModuleLine(name, 0, "dispatch", name, row, "", false);
  }
}
