package dev.bysync.cli.run;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The columns of the summary, the same in the terminal and in the report. */
final class Cells {
  private static final String STRATEGY = "Strategy";
  private static final String VERDICT = "Verdict";
  private static final int LONGEST_STRATEGY = 24;
  private static final List<String> HEADINGS =
      List.of("Module", "Before", "After", "Instrumented", "Sites", VERDICT, "Suspended", "Time");

  private Cells() {}

  /** Headings; where modules were transformed in several ways, one tells which way. */
  static List<String> headings(RunReport report) {
    return withStrategy(HEADINGS, STRATEGY, report);
  }

  /** Whether what stands below a heading is text, or else figures. */
  static boolean isText(String heading) {
    return Set.of(HEADINGS.get(0), STRATEGY, VERDICT).contains(heading);
  }

  /** One cell for each heading. */
  static List<String> of(ModuleLine line, RunReport report) {
    return withStrategy(of(line), label(line, report), report);
  }

  /** What a line is called where there is no column for the strategy. */
  static String name(ModuleLine line, RunReport report) {
    return isCompared(report) ? line.name() + " by " + label(line, report) : line.name();
  }

  private static String label(ModuleLine line, RunReport report) {
    return label(line.strategy(), List.copyOf(report.profiles().keySet()));
  }

  private static boolean isCompared(RunReport report) {
    return report.profiles().size() > 1;
  }

  private static List<String> withStrategy(List<String> cells, String cell, RunReport report) {
    if (!isCompared(report)) {
      return cells;
    }
    List<String> all = new ArrayList<>(cells);
    all.add(1, cell);
    return all;
  }

  /**
   * A short name for a strategy, its own among those of the run; the report's head has it whole.
   */
  static String label(String strategy, List<String> all) {
    String text = shortened(strategy);
    boolean alone = all.stream().filter(other -> shortened(other).equals(text)).count() < 2;
    return alone ? text : "%d: %s".formatted(all.indexOf(strategy) + 1, text);
  }

  private static String shortened(String strategy) {
    String text =
        Printable.of(
            strategy.startsWith(Strategy.EXTERNAL)
                ? strategy.substring(Strategy.EXTERNAL.length())
                : strategy);
    return text.length() <= LONGEST_STRATEGY
        ? text
        : text.substring(0, LONGEST_STRATEGY - 3) + "...";
  }

  private static List<String> of(ModuleLine line) {
    String name = Printable.of(line.name());
    if (line.otherPlaces() > 0) {
      name += " (and " + Units.count(line.otherPlaces(), "other place") + ")";
    }
    ModuleRow row = line.result();
    if (row == null) {
      return List.of(name, "", "", "", "", "not done", "", "");
    }
    boolean transformed = row.transformedBytes() > 0;
    boolean told = !row.strategy().startsWith(Strategy.EXTERNAL);
    return List.of(
        name,
        Units.bytes(row.originalBytes()),
        transformed ? Units.bytes(row.transformedBytes()) : "-",
        transformed && told ? of(row.instrumentedFunctions(), row.functions()) : "-",
        transformed && told ? String.format(Locale.ROOT, "%,d", row.sites()) : "-",
        row.verdict().name(),
        suspended(row, told),
        line.known()
            ? "known"
            : Units.duration(Duration.ofNanos(row.transformNanos() + row.verifyNanos())));
  }

  /** Of the sites that can be come to; and how often, programs and single frames together. */
  private static String suspended(ModuleRow row, boolean told) {
    long times = row.suspensions() + row.frameSuspensions();
    if (times == 0) {
      return "-";
    }
    long sites = row.reachableSites() > 0 ? row.reachableSites() : row.sites();
    String count = String.format(Locale.ROOT, "%,dx", times);
    return told ? of(row.sitesSuspended(), sites) + ", " + count : count;
  }

  private static String of(long part, long whole) {
    return String.format(Locale.ROOT, "%,d/%,d", part, whole);
  }
}
