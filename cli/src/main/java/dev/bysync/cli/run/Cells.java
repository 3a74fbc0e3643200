package dev.bysync.cli.run;

import dev.bysync.job.sink.ModuleRow;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The columns of the summary, the same in the terminal and in the report. */
final class Cells {
  /** Headings; the first column is text, the others are aligned right where that is possible. */
  static final List<String> HEADINGS =
      List.of("Module", "Before", "After", "Instrumented", "Sites", "Verdict", "Suspended", "Time");

  private Cells() {}

  /** One cell for each heading. */
  static List<String> of(ModuleLine line) {
    String name = Printable.of(line.name());
    if (line.otherPlaces() > 0) {
      name += " (and " + Units.count(line.otherPlaces(), "other place") + ")";
    }
    ModuleRow row = line.result();
    if (row == null) {
      return List.of(name, "", "", "", "", "not done", "", "");
    }
    boolean transformed = row.transformedBytes() > 0;
    return List.of(
        name,
        Units.bytes(row.originalBytes()),
        transformed ? Units.bytes(row.transformedBytes()) : "-",
        transformed ? of(row.instrumentedFunctions(), row.functions()) : "-",
        transformed ? String.format(Locale.ROOT, "%,d", row.sites()) : "-",
        row.verdict().name(),
        row.suspensions() > 0
            ? of(row.sitesSuspended(), row.sites()) + ", " + row.suspensions() + "x"
            : "-",
        line.known()
            ? "known"
            : Units.duration(Duration.ofNanos(row.transformNanos() + row.verifyNanos())));
  }

  private static String of(long part, long whole) {
    return String.format(Locale.ROOT, "%,d/%,d", part, whole);
  }
}
