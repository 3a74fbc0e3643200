package dev.bysync.cli.run;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * All that is to be told of a run.
 *
 * @param runId the run
 * @param finished when it ended
 * @param duration how long it took, with the start of broker and Spark
 * @param sources what the user asked for
 * @param modules the modules found there, in the order of the sources; each once by each strategy
 * @param problems what could not be read there, a line each
 * @param lists what came of the lists in the options
 * @param deadLetters records on the topic that are no events
 * @param profiles by the strategies' names: identity of engine version, strategy and options
 * @param places where results are, by what they are
 */
record RunReport(
    String runId,
    Instant finished,
    Duration duration,
    List<String> sources,
    List<ModuleLine> modules,
    List<String> problems,
    ListFindings lists,
    long deadLetters,
    Map<String, String> profiles,
    Map<String, String> places) {

  /** How many modules have which verdict; verdicts that none has are left out. */
  Map<Verdict, Long> verdicts() {
    Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
    results().forEach(row -> counts.merge(row.verdict(), 1L, Long::sum));
    return counts;
  }

  /** The rows of the modules that have one. */
  Stream<ModuleRow> results() {
    return modules.stream().map(ModuleLine::result).filter(Objects::nonNull);
  }

  /** How the command has to exit. */
  ExitCode exitCode() {
    Map<Verdict, Long> counts = verdicts();
    boolean disputed =
        results().anyMatch(row -> row.secondOpinion() == SecondOpinion.Finding.DISAGREES);
    if (disputed || counts.containsKey(Verdict.MISMATCH) || counts.containsKey(Verdict.ERROR)) {
      return ExitCode.VERIFICATION_FAILED;
    }
    if (results().count() < modules.size()) {
      return ExitCode.INFRASTRUCTURE;
    }
    if (lists.fails()) {
      return ExitCode.USAGE;
    }
    return counts.containsKey(Verdict.REJECTED) || !problems.isEmpty()
        ? ExitCode.BAD_INPUT
        : ExitCode.DONE;
  }
}
