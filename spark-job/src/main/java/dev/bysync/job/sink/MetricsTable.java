package dev.bysync.job.sink;

import dev.bysync.job.sink.Commit.Part;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * The committed table of one profile, as it was when it was opened. Reads through commits only, so
 * a batch that died half-way is never seen; needs no Spark. Where a module was processed again
 * ({@code --force}, or because its bytes were not to be had the first time) the last row counts.
 */
public final class MetricsTable {
  private final CommitLog log;
  private final long commits;

  private MetricsTable(CommitLog log, long commits) {
    this.log = log;
    this.commits = commits;
  }

  /**
   * Opens the table of a profile as it is now; an empty one if nothing was committed yet.
   *
   * @throws IOException if the store can't be read, or holds a newer or damaged format
   */
  public static MetricsTable open(Configuration configuration, URI out, String profile)
      throws IOException {
    return open(Store.open(configuration, out), profile);
  }

  static MetricsTable open(Store store, String profile) throws IOException {
    CommitLog log = new CommitLog(store, profile);
    long there = 0;
    long missing = 1;
    while (log.read(missing).isPresent()) {
      there = missing;
      missing *= 2;
    }
    while (missing - there > 1) { // numbers have no gaps
      long middle = (there + missing) >>> 1;
      if (log.read(middle).isPresent()) {
        there = middle;
      } else {
        missing = middle;
      }
    }
    return new MetricsTable(log, there);
  }

  /** All modules of a profile: {@link #open} and {@link #modules} in one call. */
  public static List<ModuleRow> read(Configuration configuration, URI out, String profile)
      throws IOException {
    return open(configuration, out, profile).modules();
  }

  /** One row for each module, in the order of first commits, then of SHA-256. */
  public List<ModuleRow> modules() throws IOException {
    return rows(Part.MODULES, ModuleRow.class, ModuleRow::sha256);
  }

  /** One row for each place where a module was found. */
  public List<ProvenanceRow> provenance() throws IOException {
    return rows(Part.PROVENANCE, ProvenanceRow.class, ProvenanceRow::id);
  }

  /** One row for each record that is no event. */
  public List<DeadLetterRow> deadLetters() throws IOException {
    return rows(Part.DEAD_LETTERS, DeadLetterRow.class, DeadLetterRow::key);
  }

  /**
   * Hands on one row for each module, one at a time and the last commits first: for tables that are
   * larger than memory.
   */
  public void forEachModule(Consumer<ModuleRow> rows) throws IOException {
    try (KeySet seen = new KeySet()) {
      for (long number = commits; number >= 1; number--) {
        List<ModuleRow> added = new ArrayList<>();
        log.rows(commit(number), Part.MODULES, ModuleRow.class, added::add);
        for (ModuleRow row : added) {
          if (seen.add(row.sha256())) {
            rows.accept(row);
          }
        }
      }
    }
  }

  /** The rows that one run wrote, also where a later run has written others. */
  public List<ModuleRow> writtenBy(String runId) throws IOException {
    Map<String, ModuleRow> rows = new LinkedHashMap<>();
    for (long number = 1; number <= commits; number++) {
      Commit commit = commit(number);
      if (commit.runId().equals(runId)) {
        log.rows(commit, Part.MODULES, ModuleRow.class, row -> rows.put(row.sha256(), row));
      }
    }
    return new ArrayList<>(rows.values());
  }

  /** What each run added, by its id, in the order of their first commits; runs that died too. */
  public Map<String, RunCounts> runs() throws IOException {
    Map<String, RunCounts> runs = new LinkedHashMap<>();
    for (long number = 1; number <= commits; number++) {
      Commit commit = commit(number);
      runs.merge(commit.runId(), commit.counts(), RunCounts::plus);
    }
    return runs;
  }

  private <T extends Record> List<T> rows(Part part, Class<T> type, Function<T, String> key)
      throws IOException {
    Map<String, T> rows = new LinkedHashMap<>();
    for (long number = 1; number <= commits; number++) {
      log.rows(commit(number), part, type, row -> rows.put(key.apply(row), row));
    }
    return new ArrayList<>(rows.values());
  }

  private Commit commit(long number) throws IOException {
    Optional<Commit> commit = log.read(number);
    return commit.orElseThrow(
        () -> new IOException("the table is damaged: " + Commit.name(number) + " has gone"));
  }
}
