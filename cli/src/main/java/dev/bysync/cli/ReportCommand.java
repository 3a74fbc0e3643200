package dev.bysync.cli;

import dev.bysync.cli.runs.Reporting;
import dev.bysync.report.page.Format;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A run as a page for people, or as data. */
@Command(
    name = "report",
    description = {
      "Write a report of a run: one HTML file without any network, or Markdown, CSV, JSON.",
      "With --baseline it says what changed since that run, both ways, sorted by effect.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  written",
      "  2  wrong usage",
      "  3  there is no such run",
      "  4  a store or a disk failed",
      "",
      "Examples:",
      "  bysync report out/ --out report.html",
      "  bysync report out/runs/20260102-030405 --baseline out/runs/20260101-030405 --format"
          + " markdown"
    })
final class ReportCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(
      paramLabel = "RUN",
      description =
          "The run: OUT/runs/ID, or OUT (the --out of bysync run) for the latest one there; a path"
              + " or a URI.")
  private String run = "";

  @Option(
      names = "--baseline",
      paramLabel = "RUN",
      description = "The run that it is compared with.")
  private @Nullable String baseline;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE_OR_URI",
      description = "Where the report goes; - is standard output, the default.")
  private String out = "-";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}; default: by the name of --out, else HTML.")
  private @Nullable Format format;

  @Override
  public Integer call() {
    return Reporting.write(
            new Reporting.Request(baseline, run, List.of(), List.of(), "", store.hadoop()),
            format != null ? format : byName(out),
            out,
            System.out,
            System.err)
        .code();
  }

  private static Format byName(String name) {
    if (name.endsWith(".md")) {
      return Format.MARKDOWN;
    }
    if (name.endsWith(".csv")) {
      return Format.CSV;
    }
    return name.endsWith(".json") ? Format.JSON : Format.HTML;
  }
}
