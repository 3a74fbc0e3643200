package dev.bysync.report.page;

import dev.bysync.analysis.PrintableText;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A line for each module: identity, verdict, every metric; with a baseline its verdict and metrics
 * too. A figure that a module has not is empty.
 */
final class CsvTable {
  private static final List<String> IDENTITY =
      List.of("module", "sha256", "strategy", "known", "verdict", "reason");

  private CsvTable() {}

  static String of(Report report) throws IOException {
    IdentityHashMap<RunModule, RunModule> before = new IdentityHashMap<>();
    if (report.comparison() != null) {
      Stream.concat(report.comparison().pairs().stream(), report.comparison().changed().stream())
          .forEach((Pair pair) -> before.put(pair.after(), pair.before()));
    }
    List<String> head = new ArrayList<>(IDENTITY);
    for (Metric metric : Metric.values()) {
      head.add(metric.key());
    }
    if (report.comparison() != null) {
      head.add("baseline_sha256");
      head.add("baseline_verdict");
      for (Metric metric : Metric.values()) {
        head.add("baseline_" + metric.key());
      }
    }
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
      printer.printRecord(head);
      for (RunModule module : report.run().modules()) {
        List<String> line = new ArrayList<>();
        line.add(inert(module.name()));
        line.add(module.sha256());
        line.add(inert(module.row().strategy()));
        line.add(String.valueOf(module.known()));
        line.add(module.row().verdict().name());
        line.add(inert(module.row().reason()));
        figures(module, line);
        RunModule other = before.get(module);
        if (other != null) {
          line.add(other.sha256());
          line.add(other.row().verdict().name());
          figures(other, line);
        } else {
          while (line.size() < head.size()) {
            line.add("");
          }
        }
        printer.printRecord(line);
      }
    }
    return text.toString();
  }

  private static void figures(RunModule module, List<String> line) {
    for (Metric metric : Metric.values()) {
      double value = metric.of(module.row());
      line.add(
          Double.isNaN(value)
              ? ""
              : value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value));
    }
  }

  /** A spreadsheet takes text that starts like this for a formula: a quote makes it text. */
  private static String inert(String value) {
    String text = PrintableText.of(value); // for the terminals where such a file ends up, too
    return !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }
}
