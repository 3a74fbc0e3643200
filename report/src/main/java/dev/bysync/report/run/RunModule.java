package dev.bysync.report.run;

import dev.bysync.engine.Responsible;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ResponsibleText;
import java.io.IOException;
import java.util.List;

/**
 * One module of a run, by one strategy.
 *
 * @param places where it was found, at least one; the first names it
 * @param known whether an earlier run had processed it
 * @param row its figures
 * @param responsible what instruments its functions, the most responsible first
 */
public record RunModule(
    List<String> places, boolean known, ModuleRow row, List<Responsible> responsible) {
  /**
   * One with this row.
   *
   * @throws IOException if a column of the row is damaged
   */
  public static RunModule of(List<String> places, boolean known, ModuleRow row) throws IOException {
    return new RunModule(places, known, row, ResponsibleText.read(row.responsible()));
  }

  /** What it is called. */
  public String name() {
    return places.get(0);
  }

  /** SHA-256 of the original, hexadecimal. */
  public String sha256() {
    return row.sha256();
  }
}
