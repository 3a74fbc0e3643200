package dev.bysync.job.sink;

import dev.bysync.job.delta.DataFile;
import dev.bysync.job.delta.RowCodec;
import dev.bysync.job.delta.Version;
import io.delta.kernel.data.Row;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What the tables have of one profile: the modules as they were when it was opened. Needs no Spark.
 */
public final class MetricsTable {
  private final Tables tables;
  private final String profile;
  private final Optional<Version> modules;

  private MetricsTable(Tables tables, String profile) throws IOException {
    this.tables = tables;
    this.profile = profile;
    this.modules = tables.modules().latest();
  }

  /**
   * Opens the table of a profile as it is now; an empty one if nothing was committed yet.
   *
   * @throws IOException if the store can't be read, or the table is damaged
   */
  public static MetricsTable open(Configuration configuration, URI out, String profile)
      throws IOException {
    return open(Tables.of(configuration, out), profile);
  }

  static MetricsTable open(Tables tables, String profile) throws IOException {
    return new MetricsTable(tables, profile);
  }

  /** The version of the table of modules, -1 if there is none. */
  public long version() {
    return modules.map(Version::number).orElse(-1L);
  }

  /** All modules of a profile: {@link #open} and {@link #modules} in one call. */
  public static List<ModuleRow> read(Configuration configuration, URI out, String profile)
      throws IOException {
    return open(configuration, out, profile).modules();
  }

  /** One row for each module, in the order of SHA-256. */
  public List<ModuleRow> modules() throws IOException {
    List<ModuleRow> rows = new ArrayList<>();
    forEachModule(rows::add);
    rows.sort(Comparator.comparing(ModuleRow::sha256));
    return rows;
  }

  /** One row for each place where a module was found, in the order of the events. */
  public List<ProvenanceRow> provenance() throws IOException {
    List<ProvenanceRow> rows = new ArrayList<>();
    forEach(tables.provenance().latest(), Tables.PROVENANCE, rows::add);
    rows.sort(
        Comparator.comparingLong(ProvenanceRow::submittedAtMillis)
            .thenComparing(ProvenanceRow::topic)
            .thenComparing(ProvenanceRow::partition)
            .thenComparing(ProvenanceRow::offset)
            .thenComparing(ProvenanceRow::id));
    return rows;
  }

  /** One row for each record that is no event, in their order. */
  public List<DeadLetterRow> deadLetters() throws IOException {
    List<DeadLetterRow> rows = new ArrayList<>();
    forEach(tables.deadLetters().latest(), Tables.DEAD_LETTERS, rows::add);
    rows.sort(
        Comparator.comparing(DeadLetterRow::topicId)
            .thenComparing(DeadLetterRow::partition)
            .thenComparing(DeadLetterRow::offset));
    return rows;
  }

  /** Hands on one row for each module, one at a time: for tables that are larger than memory. */
  public void forEachModule(RowConsumer<ModuleRow> rows) throws IOException {
    forEach(modules, Tables.MODULES, rows);
  }

  /** The rows that one run wrote, also where a later run has written others. */
  public List<ModuleRow> writtenBy(String runId) throws IOException {
    Map<String, ModuleRow> rows = new LinkedHashMap<>();
    RowConsumer<ModuleRow> written =
        row -> {
          if (row.runId().equals(runId)) {
            rows.put(row.sha256(), row);
          }
        };
    forEach(tables.replaced().latest(), Tables.MODULES, written);
    forEach(modules, Tables.MODULES, written);
    return new ArrayList<>(rows.values());
  }

  /** What each of the latest runs added, by its id; runs that died too. */
  public Map<String, RunCounts> runs() throws IOException {
    return modules.isPresent() ? Progress.of(modules.get(), profile).runs() : Map.of();
  }

  /** Takes one row after another. */
  @FunctionalInterface
  public interface RowConsumer<T> {
    void accept(T row) throws IOException;
  }

  private <T extends Record> void forEach(
      Optional<Version> version, RowCodec<T> codec, RowConsumer<T> consumer) throws IOException {
    if (version.isPresent()) {
      List<DataFile> files = version.get().files("profile", profile);
      version.get().read(files, codec.schema(), row -> accept(row, codec, consumer));
    }
  }

  private <T extends Record> void accept(Row row, RowCodec<T> codec, RowConsumer<T> consumer)
      throws IOException {
    if (Rows.text(row, "profile").equals(profile)) {
      consumer.accept(codec.record(row));
    }
  }
}
