package dev.bysync.job.sink;

import dev.bysync.job.store.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * The committed table of one profile. Reads through commits only, so a batch that died half-way is
 * never seen; needs no Spark. A row appears once even if two runs that ran at the same time both
 * committed it: the first commit by name wins.
 */
public final class MetricsTable {
  /** The most bytes of one file of the table. */
  static final long MAX_FILE_BYTES = 1L << 30;

  private static final int VERSION = 1;
  private static final String COMMITS = "commits";

  private final Store store;
  private final String folder;
  private final Map<String, Commit> commits = new LinkedHashMap<>();

  private MetricsTable(Store store, String profile) {
    this.store = store;
    this.folder = "metrics/profile=" + profile;
  }

  /** The table's identity: another table in the same place has another. */
  record Identity(String format, int version, String id) {}

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
    MetricsTable table = new MetricsTable(store, profile);
    for (Store.Entry entry : store.list(table.path(COMMITS))) {
      Commit commit = Commit.fromJson(store.read(entry.path(), MAX_FILE_BYTES), entry.path());
      table.commits.put(commit.name(), commit);
    }
    return table;
  }

  /** All modules of a profile: {@link #open} and {@link #modules} in one call. */
  public static List<ModuleRow> read(Configuration configuration, URI out, String profile)
      throws IOException {
    return open(configuration, out, profile).modules();
  }

  /** One row for each module, in the order of commits, then of SHA-256. */
  public List<ModuleRow> modules() throws IOException {
    return rows(Commit.Part.MODULES, ModuleRow.class, ModuleRow::sha256);
  }

  /** One row for each place where a module was found. */
  public List<ProvenanceRow> provenance() throws IOException {
    return rows(Commit.Part.PROVENANCE, ProvenanceRow.class, ProvenanceRow::id);
  }

  /** One row for each record that is no event. */
  public List<DeadLetterRow> deadLetters() throws IOException {
    return rows(Commit.Part.DEAD_LETTERS, DeadLetterRow.class, DeadLetterRow::key);
  }

  /** Whether this batch is in the table. */
  boolean has(String query, long batch) {
    return commits.containsKey(Commit.name(query, batch));
  }

  void add(Commit commit) {
    commits.put(commit.name(), commit);
  }

  Store store() {
    return store;
  }

  String path(String name) {
    return folder + "/" + name;
  }

  String commitPath(String name) {
    return path(COMMITS + "/" + name);
  }

  /** The table's id; makes the table if there is none. */
  String identify() throws IOException {
    String path = path("table.json");
    Identity mine = new Identity("bysync-metrics", VERSION, UUID.randomUUID().toString());
    if (store.create(path, Json.write(mine)) == Store.Outcome.CREATED) {
      return mine.id();
    }
    Identity theirs = Json.read(store.read(path, MAX_FILE_BYTES), Identity.class, path);
    if (theirs.version() != VERSION) {
      throw new IOException(
          "%s has version %d, this Bysync writes %d: use another --out"
              .formatted(path, theirs.version(), VERSION));
    }
    return theirs.id();
  }

  private <T extends Record> List<T> rows(Commit.Part part, Class<T> type, Function<T, String> key)
      throws IOException {
    RecordFile<T> format = new RecordFile<>(type);
    List<T> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Commit commit : commits.values()) {
      for (Commit.DataFile file : commit.files()) {
        if (file.part() == part) {
          for (T row : read(format, commit, file)) {
            if (seen.add(key.apply(row))) {
              rows.add(row);
            }
          }
        }
      }
    }
    return rows;
  }

  private <T extends Record> List<T> read(RecordFile<T> format, Commit commit, Commit.DataFile file)
      throws IOException {
    String path = path(file.path());
    try {
      return format.read(store.read(path, MAX_FILE_BYTES));
    } catch (FileNotFoundException e) {
      throw new IOException(
          "the table is damaged: %s is named by %s and missing; restore it, or start with another --out"
              .formatted(path, commit.name()),
          e);
    }
  }
}
