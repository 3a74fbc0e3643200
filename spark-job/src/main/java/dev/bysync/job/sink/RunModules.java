package dev.bysync.job.sink;

import dev.bysync.job.delta.Change;
import dev.bysync.job.delta.Version;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modules that a run found in its sources, those that the table had already among them. A run
 * that only read a topic has none: its rows are its modules.
 */
public final class RunModules {
  private static final StructType KEY = Tables.FOUND.schema("run_id");

  private RunModules() {}

  /**
   * A module that a run found.
   *
   * @param sha256 the module
   * @param place where, as the user would write it; of several places the first
   */
  public record Found(String sha256, String place) {}

  /** Writes what a run found, in place of what it had found before; each module once. */
  public static void write(Tables tables, String runId, List<Found> found) throws IOException {
    tables
        .found()
        .change(
            version -> {
              Change change =
                  version.without(
                      version.files("run_id", runId),
                      KEY,
                      row -> Rows.text(row, "run_id").equals(runId),
                      row -> {});
              Tables.OfRunId run = new Tables.OfRunId(runId);
              return change.plus(found.stream().map(one -> Tables.FOUND.row(one, run)).toList());
            });
  }

  /** The places by the modules' SHA-256; empty for a run that only read a topic. */
  public static Map<String, String> read(Tables tables, String runId) throws IOException {
    Map<String, String> places = new LinkedHashMap<>();
    Optional<Version> version = tables.found().latest();
    if (version.isPresent()) {
      version
          .get()
          .read(
              version.get().files("run_id", runId),
              row -> {
                if (Rows.text(row, "run_id").equals(runId)) {
                  Found found = Tables.FOUND.record(row);
                  places.put(found.sha256(), found.place());
                }
              });
    }
    return places;
  }

  /** How many modules each run found. */
  static Map<String, Integer> counts(Tables tables) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    Optional<Version> version = tables.found().latest();
    if (version.isPresent()) {
      version
          .get()
          .read(
              version.get().files(),
              KEY,
              row -> counts.merge(Rows.text(row, "run_id"), 1, Integer::sum));
    }
    return counts;
  }
}
