package dev.bysync.cli.runs;

import dev.bysync.analysis.PrintableText;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.compare.TimeComparison;
import dev.bysync.report.page.Format;
import dev.bysync.report.page.Report;
import dev.bysync.report.run.Run;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reports on runs, and comparisons of them. */
public final class Reporting {
  /** Offenders of a condition that are told on the console. */
  private static final int TOLD = 20;

  private Reporting() {}

  /**
   * What is compared.
   *
   * @param baseline the baseline, or null
   * @param candidate the run
   * @param moreBaselines repetitions of the baseline, for times
   * @param moreCandidates repetitions of the run, for times
   * @param failOn specification of a gate, or empty
   * @param hadoop Hadoop's properties for the stores
   */
  public record Request(
      @Nullable String baseline,
      String candidate,
      List<String> moreBaselines,
      List<String> moreCandidates,
      String failOn,
      Map<String, String> hadoop) {}

  /**
   * Writes a report to a file or URI, or to {@code console} for {@code -}. A gate that fails is
   * told on {@code err} if the report goes elsewhere.
   *
   * @return VERIFICATION_FAILED if the gate fails
   */
  public static ExitCode write(
      Request request, Format format, String out, PrintStream console, PrintStream err) {
    Gate gate = gate(request.failOn());
    Configuration configuration = RunAddress.configuration(request.hadoop());
    Report report = report(request, gate, configuration);
    try {
      String text = format.write(report);
      if (out.equals("-")) {
        console.print(text);
        console.flush();
      } else {
        store(RunAddress.uri(out), text, configuration);
        report.findings().forEach(finding -> tell(finding, err));
      }
    } catch (IOException e) {
      throw CliFailure.infrastructure(
          "the report can't be written to %s: %s".formatted(out, e.getMessage()), e);
    }
    return Gate.fails(report.findings()) ? ExitCode.VERIFICATION_FAILED : ExitCode.DONE;
  }

  private static void tell(Gate.Finding finding, PrintStream err) {
    if (finding.outcome() == Gate.Outcome.PASSED) {
      return;
    }
    List<String> offenders = finding.offenders();
    err.printf("%s %s%n", finding.outcome().name().toLowerCase(Locale.ROOT), finding.condition());
    offenders.stream()
        .limit(TOLD)
        .forEach(offender -> err.println("  " + PrintableText.of(offender)));
    if (offenders.size() > TOLD) {
      err.printf("  and %,d more%n", offenders.size() - TOLD);
    }
  }

  private static @Nullable Gate gate(String specification) {
    try {
      return specification.isEmpty() ? null : Gate.parse(specification);
    } catch (Gate.SyntaxException e) {
      throw CliFailure.usage("--fail-on: " + e.getMessage());
    }
  }

  private static Report report(Request request, @Nullable Gate gate, Configuration configuration) {
    Run run = RunAddress.parse(request.candidate()).read(configuration);
    if (request.baseline() == null) {
      return new Report(run, null, List.of());
    }
    Run baseline = RunAddress.parse(request.baseline()).read(configuration);
    Comparison comparison = Comparison.of(baseline, run);
    if (gate == null) {
      return new Report(run, comparison, List.of());
    }
    TimeComparison times =
        new TimeComparison(
            all(baseline, request.moreBaselines(), configuration),
            all(run, request.moreCandidates(), configuration));
    return new Report(run, comparison, gate.check(comparison, times));
  }

  private static List<Run> all(Run first, List<String> more, Configuration configuration) {
    return new ArrayList<>(
        Stream.concat(
                Stream.of(first),
                more.stream().map(text -> RunAddress.parse(text).read(configuration)))
            .toList());
  }

  private static void store(URI place, String text, Configuration configuration)
      throws IOException {
    Path path = new Path(place);
    FileSystem files = FileSystem.get(place, configuration);
    if ("file".equals(place.getScheme())) {
      java.nio.file.Path local = java.nio.file.Path.of(place);
      if (local.getParent() != null) {
        java.nio.file.Files.createDirectories(local.getParent());
      }
      java.nio.file.Files.writeString(local, text);
      return;
    }
    try (FSDataOutputStream stream = files.create(path, true)) {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
