package dev.bysync.job.sink;

import dev.bysync.job.delta.Change;
import dev.bysync.job.delta.DeltaTable;
import dev.bysync.job.delta.DeltaTable.Committed;
import dev.bysync.job.delta.Version;
import io.delta.kernel.data.Row;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Adds batches to the tables, each exactly once, and knows what a profile has in them. For one
 * thread. Other writers may add to the same tables at the same time: what they have added in the
 * meantime is taken out of a batch before it is committed.
 *
 * <p>Memory: none for modules, sources and dead letters ({@link KeySet}); the tables' file names
 * and the offsets of each topic.
 */
public final class TableWriter implements AutoCloseable {
  /** What is done with modules that the table has. */
  public enum Mode {
    /** They are left as they are. */
    NEW_ONLY,
    /** They are processed again, once in a run, and their rows replaced. */
    FORCE
  }

  private static final StructType MODULE_KEY =
      Tables.MODULES.schema("profile", "sha256", "original_gzip_bytes", "run_id");
  private static final StructType SOURCE_KEY = Tables.PROVENANCE.schema("profile", "id");
  private static final StructType LETTER_KEY =
      Tables.DEAD_LETTERS.schema("profile", "topic_id", "event_partition", "event_offset");

  private final Tables tables;
  private final String profile;
  private final String runId;
  private final Mode mode;
  private final DeltaTable table;
  private final KeyedTable sources;
  private final KeyedTable deadLetters;
  private final KeySet modules = new KeySet();
  private final KeySet mine = new KeySet();

  /** Modules whose row was made without their bytes. */
  private final Set<String> unread = new HashSet<>();

  private final Set<String> seen = new HashSet<>();
  private Version version;
  private Progress progress = Progress.NONE;
  private @Nullable KeyedTable replaced;

  private TableWriter(Tables tables, String profile, String runId, Mode mode) throws IOException {
    this.tables = tables;
    this.profile = profile;
    this.runId = runId;
    this.mode = mode;
    this.table = tables.modules();
    this.version = table.open();
    this.sources = sources(tables, profile);
    this.deadLetters = deadLetters(tables, profile);
    readNew();
  }

  static KeyedTable sources(Tables tables, String profile) throws IOException {
    return KeyedTable.open(tables.provenance(), profile, SOURCE_KEY, row -> Rows.text(row, "id"));
  }

  static KeyedTable deadLetters(Tables tables, String profile) throws IOException {
    return KeyedTable.open(tables.deadLetters(), profile, LETTER_KEY, TableWriter::letterKey);
  }

  static KeyedTable replaced(Tables tables, String profile) throws IOException {
    return KeyedTable.open(tables.replaced(), profile, MODULE_KEY, TableWriter::replacedKey);
  }

  /** Opens the tables for a run; they are made if there are none. */
  public static TableWriter open(Tables tables, String profile, String runId, Mode mode)
      throws IOException {
    return new TableWriter(tables, profile, runId, mode);
  }

  /** Takes note of what other writers have committed since. */
  public void refresh() throws IOException {
    Version now = table.open();
    if (now.number() < version.number()) {
      throw new IOException(
          "the table is damaged: its log ends at version %d, and was at %d"
              .formatted(now.number(), version.number()));
    }
    if (now.number() > version.number()) {
      version = now;
      readNew();
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
    return sources.has(id);
  }

  /** Whether the table has this record, by {@link DeadLetterRow#key}. */
  public boolean hasDeadLetter(String key) {
    return deadLetters.has(key);
  }

  /** For each partition of a topic the offset up to which everything is in the table. */
  public Map<Integer, Long> offsets(String topic) {
    return Map.copyOf(progress.offsets(topic));
  }

  /** What this run has added, with what an earlier process of the same run id did. */
  public RunCounts counts() {
    return progress.counts(runId);
  }

  /**
   * Commits a batch, without what another writer has added since it was planned. Sources and dead
   * letters come first, the modules with the offsets last: what a run that dies in between leaves
   * is left out by its key when the same events are read again.
   *
   * @return what was committed
   * @throws IOException if the store fails: the batch is not in the table, or, if the failure hid
   *     the store's answer to the last write, it is; running again is right in both cases
   */
  public Batch commit(Batch planned) throws IOException {
    Instant now = Instant.now();
    Tables.OfCommit commit = new Tables.OfCommit(UUID.randomUUID().toString(), now);
    Tables.OfRun ofRun = new Tables.OfRun(profile, runId, commit.commitId(), now);
    Set<String> newLetters = new HashSet<>();
    for (Row row :
        deadLetters.add(
            planned.deadLetters().stream()
                .sorted(Comparator.comparing(DeadLetterRow::key))
                .map(letter -> Tables.DEAD_LETTERS.row(letter, ofRun))
                .toList())) {
      newLetters.add(letterKey(row));
    }
    Set<String> newSources = new HashSet<>();
    for (Row row :
        sources.add(
            planned.provenance().stream()
                .sorted(Comparator.comparing(ProvenanceRow::id))
                .map(source -> Tables.PROVENANCE.row(source, ofRun))
                .toList())) {
      newSources.add(Rows.text(row, "id"));
    }
    Batch batch =
        new Batch(
            planned.topic(),
            planned.offsets(),
            planned.modules(),
            planned.provenance().stream().filter(row -> newSources.contains(row.id())).toList(),
            planned.deadLetters().stream().filter(row -> newLetters.contains(row.key())).toList(),
            planned.skipped());
    while (true) {
      batch = withoutKnown(batch);
      Optional<Committed> committed = tryCommit(batch, commit);
      if (committed.isPresent()) {
        done(batch, committed.get());
        return batch;
      }
      version = table.newer(version);
      readNew();
    }
  }

  @Override
  public void close() throws IOException {
    modules.close();
    mine.close();
    sources.close();
    deadLetters.close();
    if (replaced != null) {
      replaced.close();
    }
  }

  private Optional<Committed> tryCommit(Batch batch, Tables.OfCommit commit) throws IOException {
    List<Row> rows =
        batch.modules().stream()
            .sorted(Comparator.comparing(ModuleRow::sha256))
            .map(module -> Tables.MODULES.row(module, commit))
            .toList();
    Progress next = progress.plus(batch.topic(), batch.offsets(), runId, RunCounts.of(batch));
    return table.commit(
        version, withoutReplaced(batch).plus(rows).with(Progress.domain(profile), next.text()));
  }

  /** Rows of the batch's modules that are there go; they are kept in another table first. */
  private Change withoutReplaced(Batch batch) throws IOException {
    Set<String> gone = new HashSet<>();
    for (ModuleRow module : batch.modules()) {
      if (modules.contains(module.sha256()) || unread.contains(module.sha256())) {
        gone.add(module.sha256());
      }
    }
    if (gone.isEmpty()) {
      return Change.add(List.of());
    }
    List<Row> taken = new ArrayList<>();
    Change change =
        version.without(
            version.files("profile", profile),
            MODULE_KEY,
            row ->
                Rows.text(row, "profile").equals(profile)
                    && gone.contains(Rows.text(row, "sha256")),
            taken::add);
    if (replaced == null) {
      replaced = replaced(tables, profile);
    }
    replaced.add(taken);
    return change;
  }

  private void done(Batch batch, Committed committed) throws IOException {
    version = committed.version();
    seen.addAll(committed.files());
    progress = Progress.of(version, profile);
    for (ModuleRow row : batch.modules()) {
      module(row.sha256(), row.originalGzipBytes(), row.runId());
    }
  }

  private void readNew() throws IOException {
    progress = Progress.of(version, profile);
    KeyedTable.readNew(
        version,
        profile,
        seen,
        MODULE_KEY,
        row ->
            module(
                Rows.text(row, "sha256"),
                Rows.number(row, "original_gzip_bytes"),
                Rows.text(row, "run_id")));
  }

  private void module(String sha256, long gzipBytes, String by) throws IOException {
    // A row without this figure was made without the module's bytes: the next event may have them.
    if (gzipBytes == 0) {
      unread.add(sha256);
      return;
    }
    unread.remove(sha256);
    modules.add(sha256);
    if (by.equals(runId)) {
      mine.add(sha256);
    }
  }

  private Batch withoutKnown(Batch batch) {
    List<ModuleRow> fresh =
        batch.modules().stream().filter(row -> !hasModule(row.sha256())).toList();
    return new Batch(
        batch.topic(),
        batch.offsets(),
        fresh,
        batch.provenance(),
        batch.deadLetters(),
        batch.skipped() + batch.modules().size() - fresh.size());
  }

  private static String letterKey(Row row) {
    return "%s/%d/%d"
        .formatted(
            Rows.text(row, "topic_id"),
            Rows.count(row, "event_partition"),
            Rows.number(row, "event_offset"));
  }

  private static String replacedKey(Row row) {
    return Rows.text(row, "run_id") + " " + Rows.text(row, "sha256");
  }
}
