package dev.bysync.report.run;

import dev.bysync.job.sink.ModuleRow;
import java.util.List;

/**
 * One module of a run, by one strategy.
 *
 * @param places where it was found, at least one; the first names it
 * @param known whether an earlier run had processed it
 * @param row its figures
 */
public record RunModule(List<String> places, boolean known, ModuleRow row) {
  /** What it is called. */
  public String name() {
    return places.get(0);
  }

  /** SHA-256 of the original, hexadecimal. */
  public String sha256() {
    return row.sha256();
  }
}
