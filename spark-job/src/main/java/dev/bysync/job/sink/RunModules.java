package dev.bysync.job.sink;

import dev.bysync.job.store.Store;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules that a run found in its sources, those that the table had already among them, in
 * OUT/runs/RUN/found-COUNT.parquet. A run that only read a topic has none: its rows are its
 * modules.
 */
public final class RunModules {
  private static final Pattern NAME = Pattern.compile(".*/found-([0-9]{1,9})\\.parquet");
  private static final long MAX_FILE_BYTES = 1L << 30;

  private RunModules() {}

  /**
   * A module that a run found.
   *
   * @param sha256 the module
   * @param place where, as the user would write it; of several places the first
   */
  public record Found(String sha256, String place) {}

  /** Writes what a run found; each module once. */
  public static void write(Store store, String runId, List<Found> found) throws IOException {
    store.replace(
        "runs/%s/found-%d.parquet".formatted(runId, found.size()),
        new RecordFile<>(Found.class).write(found));
  }

  /** The places by the modules' SHA-256; empty for a run that only read a topic. */
  public static Map<String, String> read(Store store, String runId) throws IOException {
    Map<String, String> places = new LinkedHashMap<>();
    for (Store.Entry entry : store.list("runs/" + runId)) {
      if (NAME.matcher(entry.path()).matches()) {
        new RecordFile<>(Found.class)
            .read(
                store.read(entry.path(), MAX_FILE_BYTES),
                found -> places.put(found.sha256(), found.place()));
      }
    }
    return places;
  }

  /** How many modules an object of a run's folder tells of; 0 if it is another one. */
  static int count(String path) {
    Matcher matcher = NAME.matcher(path);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
