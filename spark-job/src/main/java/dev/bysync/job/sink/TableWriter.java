package dev.bysync.job.sink;

import dev.bysync.job.sink.Commit.DataFile;
import dev.bysync.job.sink.Commit.Part;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Adds batches to a table, each exactly once, and knows what is in it. For one thread. Memory:
 * about 100 bytes for each module and each source in the table.
 */
public final class TableWriter {
  private final MetricsTable table;
  private final String runId;
  private final Set<String> modules = new HashSet<>();
  private final Set<String> sources = new HashSet<>();
  private final Set<String> deadLetters = new HashSet<>();

  private TableWriter(MetricsTable table, String runId) {
    this.table = table;
    this.runId = runId;
  }

  /** Opens the table for a run. */
  public static TableWriter open(Store store, String profile, String runId) throws IOException {
    TableWriter writer = new TableWriter(MetricsTable.open(store, profile), runId);
    writer.table.modules().forEach(row -> writer.modules.add(row.sha256()));
    writer.table.provenance().forEach(row -> writer.sources.add(row.id()));
    writer.table.deadLetters().forEach(row -> writer.deadLetters.add(row.key()));
    return writer;
  }

  /** The table's own id; makes the table if there is none. */
  public String tableId() throws IOException {
    return table.identify();
  }

  /** Whether an earlier attempt committed this batch. */
  public boolean isCommitted(String query, long batch) {
    return table.has(query, batch);
  }

  public boolean hasModule(String sha256) {
    return modules.contains(sha256);
  }

  /** Whether the table has this source, by {@link ProvenanceRow#id}. */
  public boolean hasSource(String id) {
    return sources.contains(id);
  }

  /** Whether the table has this record, by {@link DeadLetterRow#key}. */
  public boolean hasDeadLetter(String key) {
    return deadLetters.contains(key);
  }

  /**
   * Commits a batch.
   *
   * @throws CommitConflictException if another run committed the same batch in the meantime
   * @throws IOException if the store fails: the batch is not in the table, or, if the failure hid
   *     the store's answer to the last write, it is; running the batch again is right in both cases
   */
  public void commit(
      String query,
      long batch,
      List<ModuleRow> moduleRows,
      List<ProvenanceRow> provenanceRows,
      List<DeadLetterRow> deadLetterRows)
      throws IOException {
    List<DataFile> files = new ArrayList<>();
    write(
        files, query, batch, Part.MODULES, ModuleRow.class, sorted(moduleRows, ModuleRow::sha256));
    write(
        files,
        query,
        batch,
        Part.PROVENANCE,
        ProvenanceRow.class,
        sorted(provenanceRows, ProvenanceRow::id));
    write(
        files,
        query,
        batch,
        Part.DEAD_LETTERS,
        DeadLetterRow.class,
        sorted(deadLetterRows, DeadLetterRow::key));
    publish(new Commit(Commit.VERSION, query, batch, runId, List.copyOf(files)));
    moduleRows.forEach(row -> modules.add(row.sha256()));
    provenanceRows.forEach(row -> sources.add(row.id()));
    deadLetterRows.forEach(row -> deadLetters.add(row.key()));
  }

  private <T extends Record> void write(
      List<DataFile> files, String query, long batch, Part part, Class<T> type, List<T> rows)
      throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    byte[] content = new RecordFile<>(type).write(rows);
    // A name of this attempt alone: what an attempt that died left behind stays out of the table.
    String path =
        "%s/%s-%010d-%s.parquet".formatted(part.folder(), query, batch, UUID.randomUUID());
    table.store().create(table.path(path), content);
    files.add(new DataFile(part, path, rows.size(), content.length));
  }

  private void publish(Commit commit) throws IOException {
    String path = table.commitPath(commit.name());
    byte[] json = commit.toJson();
    if (table.store().create(path, json) == Store.Outcome.EXISTED
        // Our own, if the store repeated a write whose answer was lost.
        && !Arrays.equals(table.store().read(path, MetricsTable.MAX_FILE_BYTES), json)) {
      throw new CommitConflictException(path);
    }
    table.add(commit);
  }

  private static <T> List<T> sorted(List<T> rows, Function<T, String> key) {
    return rows.stream().sorted(Comparator.comparing(key)).toList();
  }
}
