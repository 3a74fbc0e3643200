package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.runs.Reporting;
import dev.bysync.report.page.Format;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Two runs compared, and a gate on the result. */
@Command(
    name = "compare",
    description = {
      "Compare two runs module by module, and fail where --fail-on says so.",
      "Sizes, instructions, sites and verdicts are decided by module and options: any difference is"
          + " real. Times are compared over at least three runs of each side (--also-baseline,"
          + " --also-candidate), by a 99 %% confidence interval; with fewer they decide nothing.",
      ""
    },
    footerHeading = "%nConditions of --fail-on, separated by commas:%n",
    footer = {
      "  verdict-worse           a module's verdict is worse than in the baseline",
      "  vanished                a module of the baseline is missing",
      "  appeared-failing        a new module is a MISMATCH or an ERROR",
      "  added_bytes>+1%%         a module's figure rose by more than that",
      "  coverage<-5%%            it fell by more; without the sign for per cent: in its own unit",
      "  total:fuel>+0.5%%        the sum over all modules; median: for the median change",
      "  transform_time>+10%%     a time, over all modules, by its confidence interval",
      "",
      "Exit codes:",
      "  0  nothing that --fail-on names",
      "  1  the gate failed",
      "  2  wrong usage",
      "  3  there is no such run",
      "  4  a store or a disk failed"
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(
      index = "0",
      paramLabel = "BASELINE",
      description = "OUT/runs/ID, or OUT for the latest run there; a path or a URI.")
  private String baseline = "";

  @Parameters(index = "1", paramLabel = "CANDIDATE", description = "The run to judge, likewise.")
  private String candidate = "";

  @Option(
      names = "--fail-on",
      paramLabel = "SPEC",
      description = "Conditions that fail the comparison, see below.")
  private @Nullable String failOn;

  @Option(
      names = "--also-baseline",
      paramLabel = "RUN",
      description = "A repetition of the baseline (run with --force), for times; may be repeated.")
  private List<String> moreBaselines = List.of();

  @Option(
      names = "--also-candidate",
      paramLabel = "RUN",
      description = "A repetition of the candidate, for times; may be repeated.")
  private List<String> moreCandidates = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE_OR_URI",
      description = "Where the comparison goes; - is standard output, the default.")
  private String out = "-";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private Format format = Format.MARKDOWN;

  @Override
  public Integer call() {
    String gate = failOn == null ? "" : failOn;
    if (failOn != null && gate.isBlank()) {
      throw CliFailure.usage(
          "--fail-on has no condition: leave it out, or see bysync help compare");
    }
    return Reporting.write(
            new Reporting.Request(
                baseline, candidate, moreBaselines, moreCandidates, gate, store.hadoop()),
            format,
            out,
            System.out,
            System.err)
        .code();
  }
}
