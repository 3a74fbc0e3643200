package dev.bysync.cli.run;

import dev.bysync.job.sink.ModuleRow;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The summary on a terminal. */
final class SummaryTable {
  private static final int LONGEST_NAME = 60;
  private static final int SHORTEST_NAME = 24;

  private SummaryTable() {}

  /**
   * Prints it.
   *
   * @param columns width of the terminal, or 0 if there is none: names are cut to fit
   */
  static void print(RunReport report, PrintStream out, int columns) {
    out.println();
    if (!report.modules().isEmpty()) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(Cells.headings(report).stream().map(text -> text.toUpperCase(Locale.ROOT)).toList());
      report.modules().forEach(line -> rows.add(Cells.of(line, report)));
      printAligned(rows, out, columns);
      out.println();
    }
    for (ModuleLine line : report.modules()) {
      ModuleRow row = line.result();
      if (row != null && !row.reason().isEmpty()) {
        out.println(
            Printable.of(row.verdict() + "  " + Cells.name(line, report) + ": " + row.reason()));
      }
    }
    report.problems().forEach(problem -> out.println("not read  " + Printable.of(problem)));
    for (String warning : report.lists().warnings()) {
      out.println(report.lists().label() + "  " + Printable.of(warning));
    }
    if (report.deadLetters() > 0) {
      out.println(
          Units.count(report.deadLetters(), "record")
              + " on the topic could not be decoded; see the dead letters");
    }
    out.println(totals(report));
    int width = report.places().keySet().stream().mapToInt(String::length).max().orElse(0);
    report.places().forEach((what, where) -> out.println(pad(what, width) + "  " + where));
  }

  /** One line: how many modules, which verdicts, how long. */
  static String totals(RunReport report) {
    String verdicts =
        report.verdicts().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    long bytes = report.results().mapToLong(ModuleRow::originalBytes).sum();
    return "%s (%s)%s in %s"
        .formatted(
            Units.count(report.modules().size(), "module"),
            Units.bytes(bytes),
            verdicts.isEmpty() ? "" : ": " + verdicts + ",",
            Units.duration(report.duration()));
  }

  private static void printAligned(List<List<String>> rows, PrintStream out, int terminal) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    int others = 0;
    for (int i = columns - 1; i >= 0; i--) {
      int column = i;
      widths[i] = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
      others += i > 0 ? widths[i] + 2 : 0;
    }
    int longest = terminal == 0 ? LONGEST_NAME : Math.max(SHORTEST_NAME, terminal - others);
    widths[0] = Math.min(widths[0], longest);
    for (List<String> row : rows) {
      StringBuilder text = new StringBuilder(pad(shortened(row.get(0), widths[0]), widths[0]));
      for (int i = 1; i < columns; i++) {
        text.append("  ").append(padLeft(row.get(i), widths[i]));
      }
      out.println(text);
    }
  }

  /** The end of a name tells most. */
  private static String shortened(String name, int longest) {
    return name.length() <= longest ? name : "..." + name.substring(name.length() - longest + 3);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String padLeft(String text, int width) {
    return " ".repeat(width - text.length()) + text;
  }
}
