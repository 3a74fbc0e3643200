package dev.bysync.cli.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.bysync.analysis.PrintableText;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.report.run.RunStore;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The runs of a store. */
public final class RunListing {
  private static final String FORMAT = "%-20s %-8s %-20s %-16s %10s %10s %10s %8s  %s%n";

  private RunListing() {}

  /** For people or for programs. */
  public enum Output {
    TABLE,
    JSON
  }

  /** Prints a line for each strategy of each run. */
  public static void print(
      String place, Map<String, String> hadoop, Output output, PrintStream console) {
    URI out = RunAddress.uri(place);
    try {
      List<RunManifest> runs = RunStore.open(RunAddress.configuration(hadoop), out).manifests();
      if (output == Output.JSON) {
        console.println(
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(runs));
        return;
      }
      console.printf(
          FORMAT,
          "RUN",
          "STATE",
          "STARTED",
          "PROFILE",
          "PROCESSED",
          "KNOWN",
          "VERIFIED",
          "FAILED",
          "STRATEGY");
      runs.forEach(run -> print(run, console));
    } catch (IOException e) {
      throw CliFailure.infrastructure("%s can't be read: %s".formatted(out, e.getMessage()), e);
    }
  }

  private static void print(RunManifest run, PrintStream console) {
    RunCounts counts = run.counts();
    console.printf(
        FORMAT,
        run.runId(),
        run.state(),
        Instant.ofEpochMilli(run.startedAtMillis()).truncatedTo(ChronoUnit.SECONDS),
        run.profile(),
        counts.processed(),
        counts.skipped(),
        counts.verdict(Verdict.VERIFIED),
        counts.verdict(Verdict.MISMATCH) + counts.verdict(Verdict.ERROR),
        PrintableText.of(run.settings().getOrDefault("strategy", "")));
  }
}
