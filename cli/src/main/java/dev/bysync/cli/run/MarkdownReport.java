package dev.bysync.cli.run;

import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.report.page.MarkdownText;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The report that a run leaves next to its results. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String of(RunReport report) {
    StringBuilder text = new StringBuilder();
    text.append("# Bysync run ").append(report.runId()).append("\n\n");
    text.append(SummaryTable.totals(report)).append(".\n\n");
    text.append("Finished ")
        .append(report.finished().truncatedTo(ChronoUnit.SECONDS))
        .append(", engine ")
        .append(ProcessOptions.ENGINE_VERSION)
        .append(profiles(report))
        .append(".\n\n## Modules\n\n");
    List<String> headings = Cells.headings(report);
    row(text, headings);
    headings.forEach(heading -> text.append(Cells.isText(heading) ? "|---" : "|---:"));
    text.append("|\n");
    report.modules().forEach(line -> row(text, Cells.of(line, report)));
    text.append(
        """

        *Instrumented*: functions that can be suspended in, of all. *Sites*: calls that may suspend. \
        *Suspended*: sites that were really suspended at and resumed during the verification, of those \
        that can be come to, and how often in all, programs and single frames together. *Time*: transform and verification; *known*: an earlier run did it.
        """);
    reasons(text, report);
    if (!report.problems().isEmpty()) {
      text.append("\n## Not read\n\n");
      report
          .problems()
          .forEach(problem -> text.append("- ").append(MarkdownText.escape(problem)).append('\n'));
    }
    if (!report.lists().warnings().isEmpty()) {
      text.append("\n## Lists\n\n");
      for (String warning : report.lists().warnings()) {
        text.append(
            "- **%s** %s%n".formatted(report.lists().label(), MarkdownText.escape(warning)));
      }
    }
    binaries(text, report);
    text.append("\n## Sources\n\n");
    report
        .sources()
        .forEach(source -> text.append("- ").append(MarkdownText.code(source)).append('\n'));
    text.append("\n## Places\n\n");
    for (Map.Entry<String, String> place : report.places().entrySet()) {
      text.append("- ").append(place.getKey()).append(": ");
      text.append(MarkdownText.code(place.getValue())).append('\n');
    }
    return text.toString();
  }

  private static String profiles(RunReport report) {
    StringBuilder text = new StringBuilder();
    report
        .profiles()
        .forEach(
            (strategy, profile) ->
                text.append(", strategy ")
                    .append(MarkdownText.code(strategy))
                    .append(" with profile ")
                    .append(MarkdownText.code(profile)));
    return text.toString();
  }

  private static void reasons(StringBuilder text, RunReport report) {
    if (report.results().allMatch(row -> row.reason().isEmpty())) {
      return;
    }
    text.append("\n## Reasons\n\n");
    for (ModuleLine line : report.modules()) {
      ModuleRow row = line.result();
      if (row != null && !row.reason().isEmpty()) {
        text.append(
            "- **%s** %s: %s%n"
                .formatted(
                    row.verdict(),
                    MarkdownText.escape(Cells.name(line, report)),
                    MarkdownText.escape(row.reason())));
      }
    }
  }

  private static void binaries(StringBuilder text, RunReport report) {
    if (report.modules().stream().allMatch(line -> line.binary().isEmpty())) {
      return;
    }
    text.append("\n## Binaries\n\n");
    for (ModuleLine line : report.modules()) {
      if (!line.binary().isEmpty()) {
        text.append(
            "- %s: %s%n"
                .formatted(
                    MarkdownText.escape(Cells.name(line, report)),
                    MarkdownText.code(line.binary())));
      }
    }
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(MarkdownText.escape(cell)).append(" |"));
    text.append('\n');
  }
}
