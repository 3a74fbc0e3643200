package dev.bysync.job.sink;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.bysync.engine.Responsible;
import dev.bysync.job.delta.DataFile;
import dev.bysync.job.delta.DeltaTable;
import dev.bysync.job.delta.RowCodec;
import dev.bysync.job.delta.Version;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The Delta tables of a store, in OUT/tables/NAME; see docs/metrics.md for their columns. */
public final class Tables {
  /** Names of all tables. */
  public static final List<String> NAMES =
      List.of("modules", "modules_replaced", "provenance", "dead_letters", "runs", "found");

  static final RowCodec<ModuleRow> MODULES =
      RowCodec.of(ModuleRow.class)
          .<String, List<Responsible>>mapping(
              "responsible",
              new TypeReference<List<Responsible>>() {}.getType(),
              ResponsibleText::readUnchecked,
              ResponsibleText::write)
          .<String, UnmatchedText.Column>mapping(
              "unmatched",
              UnmatchedText.Column.class,
              UnmatchedText::readUnchecked,
              UnmatchedText::write)
          .timestamp("processedAtMillis")
          .followedBy(OfCommit.class);

  static final RowCodec<ProvenanceRow> PROVENANCE =
      RowCodec.of(ProvenanceRow.class).timestamp("submittedAtMillis").followedBy(OfRun.class);

  static final RowCodec<DeadLetterRow> DEAD_LETTERS =
      RowCodec.of(DeadLetterRow.class).followedBy(OfRun.class);

  static final RowCodec<RunManifest> RUNS =
      RowCodec.of(RunManifest.class).timestamp("startedAtMillis").timestamp("endedAtMillis");

  static final RowCodec<RunModules.Found> FOUND =
      RowCodec.of(RunModules.Found.class).followedBy(OfRunId.class);

  private final Configuration configuration;
  private final URI out;
  private final Store store;

  private Tables(Configuration configuration, URI out) throws IOException {
    this.configuration = configuration;
    this.out = out;
    this.store = Store.open(configuration, out);
  }

  /**
   * Columns of a module's row beside its own.
   *
   * @param commitId the batch that it came with: rows of one batch have it in all tables
   * @param committedAt when the batch was committed
   */
  record OfCommit(String commitId, Instant committedAt) {}

  /**
   * Columns of other rows beside their own.
   *
   * @param profile whose topic was read; another profile reads it for itself
   * @param runId the run that added the row
   * @param commitId as of {@link OfCommit}
   * @param committedAt as of {@link OfCommit}
   */
  record OfRun(String profile, String runId, String commitId, Instant committedAt) {}

  record OfRunId(String runId) {}

  /** The tables below this root; nothing is read or written yet. */
  public static Tables of(Configuration configuration, URI out) throws IOException {
    return new Tables(configuration, out);
  }

  /** Where they are. */
  public static URI folder(URI out, String name) {
    return URI.create(out.toString().replaceFirst("/*$", "/") + "tables/" + name);
  }

  /** What is beside the tables. */
  public Store store() {
    return store;
  }

  DeltaTable modules() {
    return table("modules", MODULES);
  }

  /** Rows that {@code --force}, or a module whose bytes came later, replaced. */
  DeltaTable replaced() {
    return table("modules_replaced", MODULES);
  }

  DeltaTable provenance() {
    return table("provenance", PROVENANCE);
  }

  DeltaTable deadLetters() {
    return table("dead_letters", DEAD_LETTERS);
  }

  DeltaTable runs() {
    return table("runs", RUNS);
  }

  DeltaTable found() {
    return table("found", FOUND);
  }

  /**
   * What a table has now, for engines that read Parquet.
   *
   * @param schemaJson its columns, as Spark writes them in JSON
   * @param files paths of its files
   */
  public record Content(String schemaJson, List<String> files) {}

  /**
   * What the table with this name has; an empty one if it is not there.
   *
   * @throws IOException also if somebody has given it deletion vectors: they are not in its files
   */
  public Content content(String name) throws IOException {
    DeltaTable table = all().get(NAMES.indexOf(name));
    Version version = table.open();
    List<String> files = new ArrayList<>();
    for (DataFile file : version.files()) {
      if (file.hasDeletions()) {
        throw new IOException(
            "table %s has deletion vectors: ask it by an engine that knows Delta".formatted(name));
      }
      files.add(table.place(file));
    }
    return new Content(version.schemaJson(), files);
  }

  /** Whether there are any. */
  public boolean exist() throws IOException {
    return modules().latest().isPresent();
  }

  /** All of them, in the order of {@link #NAMES}. */
  public List<DeltaTable> all() {
    return List.of(modules(), replaced(), provenance(), deadLetters(), runs(), found());
  }

  private DeltaTable table(String name, RowCodec<?> codec) {
    return DeltaTable.at(configuration, folder(out, name), codec.schema());
  }
}
