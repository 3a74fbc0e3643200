package dev.bysync.job.delta;

import io.delta.kernel.data.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a commit does.
 *
 * @param added rows that it adds
 * @param removed files that it takes out
 * @param domains what is said from now on of domains, by their names
 */
public record Change(List<Row> added, List<DataFile> removed, Map<String, String> domains) {
  /** Only new rows. */
  public static Change add(List<Row> rows) {
    return new Change(rows, List.of(), Map.of());
  }

  /** The same, with further rows. */
  public Change plus(List<Row> rows) {
    List<Row> all = new ArrayList<>(added);
    all.addAll(rows);
    return new Change(all, removed, domains);
  }

  /** The same, with something said of a domain. */
  public Change with(String domain, String text) {
    return new Change(added, removed, Map.of(domain, text));
  }
}
