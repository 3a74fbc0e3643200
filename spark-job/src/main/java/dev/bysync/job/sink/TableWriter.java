package dev.bysync.job.sink;

import dev.bysync.job.sink.Commit.DataFile;
import dev.bysync.job.sink.Commit.Part;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Adds batches to a table, each exactly once, and knows what is in it. For one thread. Other
 * writers may add to the same table at the same time: what they have added in the meantime is taken
 * out of a batch before it is committed.
 *
 * <p>Memory: none for modules, sources and dead letters ({@link KeySet}); the offsets of each
 * topic.
 */
public final class TableWriter implements AutoCloseable {
  /** What is done with modules that the table has. */
  public enum Mode {
    /** They are left as they are. */
    NEW_ONLY,
    /** They are processed again, once in a run, and get another row. */
    FORCE
  }

  private final CommitLog log;
  private final String runId;
  private final Mode mode;
  private final KeySet modules = new KeySet();
  private final KeySet mine = new KeySet();
  private final KeySet sources = new KeySet();
  private final KeySet deadLetters = new KeySet();
  private final Map<String, Map<Integer, Long>> offsets = new HashMap<>();
  private RunCounts counts = RunCounts.NONE;
  private long last;

  private TableWriter(CommitLog log, String runId, Mode mode) throws IOException {
    this.log = log;
    this.runId = runId;
    this.mode = mode;
  }

  /** What is asked of a module's row; a file of the table is read for these columns only. */
  record ModuleKey(String sha256, long originalGzipBytes) {}

  record SourceKey(String id) {}

  /** Opens the table for a run. */
  public static TableWriter open(Store store, String profile, String runId, Mode mode)
      throws IOException {
    CommitLog log = new CommitLog(store, profile);
    log.identify();
    TableWriter writer = new TableWriter(log, runId, mode);
    writer.refresh();
    return writer;
  }

  /** Takes note of what other writers have committed since. */
  public void refresh() throws IOException {
    Optional<Commit> next = log.read(last + 1);
    while (next.isPresent()) {
      Commit commit = next.get();
      List<ModuleKey> keys = new ArrayList<>();
      List<SourceKey> ids = new ArrayList<>();
      List<DeadLetterRow> letters = new ArrayList<>();
      log.rows(commit, Part.MODULES, ModuleKey.class, keys::add);
      log.rows(commit, Part.PROVENANCE, SourceKey.class, ids::add);
      log.rows(commit, Part.DEAD_LETTERS, DeadLetterRow.class, letters::add);
      for (ModuleKey key : keys) {
        module(key.sha256(), key.originalGzipBytes(), commit.runId());
      }
      for (SourceKey id : ids) {
        sources.add(id.id());
      }
      for (DeadLetterRow letter : letters) {
        deadLetters.add(letter.key());
      }
      committed(commit);
      next = log.read(last + 1);
    }
  }

  /** Whether there is nothing to do for a module. */
  public boolean hasModule(String sha256) {
    return mode == Mode.FORCE ? mine.contains(sha256) : modules.contains(sha256);
  }

  /** Whether this run has done a module. */
  public boolean isMine(String sha256) {
    return mine.contains(sha256);
  }

  /** Whether the table has this source, by {@link ProvenanceRow#id}. */
  public boolean hasSource(String id) {
    return sources.contains(id);
  }

  /** Whether the table has this record, by {@link DeadLetterRow#key}. */
  public boolean hasDeadLetter(String key) {
    return deadLetters.contains(key);
  }

  /** For each partition of a topic the offset up to which everything is in the table. */
  public Map<Integer, Long> offsets(String topic) {
    return Map.copyOf(offsets.getOrDefault(topic, Map.of()));
  }

  /** What this run has added, with what an earlier process of the same run id did. */
  public RunCounts counts() {
    return counts;
  }

  /**
   * Commits a batch, without what another writer has added since it was planned.
   *
   * @return what was committed
   * @throws IOException if the store fails: the batch is not in the table, or, if the failure hid
   *     the store's answer to the last write, it is; running again is right in both cases
   */
  public Batch commit(Batch planned) throws IOException {
    Batch batch = withoutKnown(planned);
    List<DataFile> files = write(batch);
    while (!log.create(commit(batch, files))) {
      refresh();
      Batch rest = withoutKnown(batch);
      if (!rest.equals(batch)) {
        for (DataFile file : files) {
          log.discard(file);
        }
        batch = rest;
        files = write(batch);
      }
    }
    for (ModuleRow row : batch.modules()) {
      module(row.sha256(), row.originalGzipBytes(), runId);
    }
    for (ProvenanceRow row : batch.provenance()) {
      sources.add(row.id());
    }
    for (DeadLetterRow row : batch.deadLetters()) {
      deadLetters.add(row.key());
    }
    committed(commit(batch, files));
    return batch;
  }

  @Override
  public void close() throws IOException {
    modules.close();
    mine.close();
    sources.close();
    deadLetters.close();
  }

  private Commit commit(Batch batch, List<DataFile> files) {
    return new Commit(
        Commit.VERSION,
        last + 1,
        runId,
        System.currentTimeMillis(),
        batch.topic(),
        batch.offsets(),
        RunCounts.of(batch),
        List.copyOf(files));
  }

  private void committed(Commit commit) {
    last = commit.number();
    Map<Integer, Long> known = offsets.computeIfAbsent(commit.topic(), topic -> new HashMap<>());
    commit.offsets().forEach((partition, offset) -> known.merge(partition, offset, Math::max));
    if (commit.runId().equals(runId)) {
      counts = counts.plus(commit.counts());
    }
  }

  private void module(String sha256, long gzipBytes, String by) throws IOException {
    // A row without this figure was made without the module's bytes: the next event may have them.
    if (gzipBytes > 0) {
      modules.add(sha256);
      if (by.equals(runId)) {
        mine.add(sha256);
      }
    }
  }

  private Batch withoutKnown(Batch batch) {
    List<ModuleRow> fresh =
        batch.modules().stream().filter(row -> !hasModule(row.sha256())).toList();
    return new Batch(
        batch.topic(),
        batch.offsets(),
        fresh,
        batch.provenance().stream().filter(row -> !hasSource(row.id())).toList(),
        batch.deadLetters().stream().filter(row -> !hasDeadLetter(row.key())).toList(),
        batch.skipped() + batch.modules().size() - fresh.size());
  }

  private List<DataFile> write(Batch batch) throws IOException {
    List<DataFile> files = new ArrayList<>();
    write(files, Part.MODULES, ModuleRow.class, batch.modules(), ModuleRow::sha256);
    write(files, Part.PROVENANCE, ProvenanceRow.class, batch.provenance(), ProvenanceRow::id);
    write(files, Part.DEAD_LETTERS, DeadLetterRow.class, batch.deadLetters(), DeadLetterRow::key);
    return files;
  }

  private <T extends Record> void write(
      List<DataFile> files, Part part, Class<T> type, List<T> rows, Function<T, String> key)
      throws IOException {
    if (!rows.isEmpty()) {
      List<T> sorted = rows.stream().sorted(Comparator.comparing(key)).toList();
      files.add(log.write(part, type, sorted, sorted.size()));
    }
  }
}
