package dev.bysync.job.delta;

import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.internal.data.DefaultRowBasedColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Delta table of ours: read as it was at a {@link Version}, and changed by commits that fail if
 * another writer was there first. Not partitioned; files are found by the minima and maxima that
 * Delta keeps of their columns.
 */
public final class DeltaTable {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaTable.class);
  private static final String ENGINE = "Bysync";

  /** How often a version is looked for that another writer must have made. */
  private static final int ATTEMPTS = 6;

  private static final long PAUSE_MILLIS = 50;

  /** Offsets and counts are domain metadata: a feature of writers, readers need nothing for it. */
  private static final Map<String, String> PROPERTIES =
      Map.of("delta.feature.domainMetadata", "supported", "bysync.format", "1");

  private final Configuration configuration;
  private final Engine engine;
  private final String path;
  private final StructType schema;

  private DeltaTable(Configuration configuration, URI folder, StructType schema) {
    this.configuration = configuration(configuration);
    this.engine = DefaultEngine.create(this.configuration);
    this.path = new Path(folder).toString();
    this.schema = schema;
  }

  /**
   * The table in a folder; nothing is read or written yet.
   *
   * @param schema the columns, if it has to be made
   */
  public static DeltaTable at(Configuration configuration, URI folder, StructType schema) {
    return new DeltaTable(configuration, folder, schema);
  }

  /**
   * A commit that was made.
   *
   * @param version the table after it
   * @param files paths of the files that it added
   */
  public record Committed(Version version, List<String> files) {}

  /** The table as it is now; empty if there is none. */
  public Optional<Version> latest() throws IOException {
    try {
      return Optional.of(
          KernelErrors.call(
              path,
              () -> new Version(engine, path, TableManager.loadSnapshot(path).build(engine))));
    } catch (KernelErrors.MissingTableException e) {
      return Optional.empty();
    }
  }

  /** The table as it is now; it is made if there is none. */
  public Version open() throws IOException {
    for (Optional<Version> version = latest(); ; version = latest()) {
      if (version.isPresent()) {
        return version.get();
      }
      try {
        TransactionCommitResult result =
            TableManager.buildCreateTableTransaction(path, schema, ENGINE)
                .withTableProperties(PROPERTIES)
                .withMaxRetries(0)
                .build(engine)
                .commit(engine, CloseableIterable.emptyIterable());
        return after(result);
      } catch (RuntimeException e) {
        if (!KernelErrors.isConflict(e)) {
          throw KernelErrors.failure(path, e);
        }
      }
    }
  }

  /**
   * Commits a change of the table as it was at a version.
   *
   * @return empty, and nothing is changed, if the table has changed since that version
   */
  public Optional<Committed> commit(Version base, Change change) throws IOException {
    List<DataFileStatus> written = List.of();
    try {
      Transaction transaction =
          base.snapshot()
              .buildUpdateTableTransaction(
                  ENGINE, change.removed().isEmpty() ? Operation.WRITE : Operation.MANUAL_UPDATE)
              .withMaxRetries(0)
              .build(engine);
      change.domains().forEach(transaction::addDomainMetadata);
      Row state = transaction.getTransactionState(engine);
      DataWriteContext context = Transaction.getWriteContext(engine, state, Map.of());
      written = write(base, change.added(), state, context);
      List<Row> actions = new ArrayList<>();
      try (CloseableIterator<Row> adds =
          Transaction.generateAppendActions(
              engine, state, Utils.toCloseableIterator(written.iterator()), context)) {
        adds.forEachRemaining(actions::add);
      }
      Optional<Long> now = Optional.of(System.currentTimeMillis());
      for (DataFile file : change.removed()) {
        actions.add(
            SingleAction.createRemoveFileSingleAction(
                new AddFile(file.add()).toRemoveFileRow(true, now)));
      }
      TransactionCommitResult result =
          transaction.commit(
              engine,
              CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
      return Optional.of(
          new Committed(after(result), written.stream().map(DeltaTable::name).toList()));
    } catch (RuntimeException e) {
      if (!KernelErrors.isConflict(e)) {
        throw KernelErrors.failure(
            path, e); // the files stay: if only the answer was lost the commit names them
      }
      for (DataFileStatus file : written) {
        engine.getFileSystemClient().delete(file.getPath());
      }
      return Optional.empty();
    }
  }

  /** Makes a change of a table as it is; null for none. */
  @FunctionalInterface
  public interface Making {
    @Nullable Change of(Version version) throws IOException;
  }

  /** Commits a change of the table as it is now, made anew as often as another writer was first. */
  public void change(Making making) throws IOException {
    for (Version base = open(); ; base = newer(base)) {
      Change change = making.of(base);
      if (change == null || commit(base, change).isPresent()) {
        return;
      }
    }
  }

  /**
   * The table after a commit of another writer, who was first.
   *
   * @throws IOException if it does not show
   */
  public Version newer(Version than) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Version now = open();
      if (now.number() > than.number()) {
        return now;
      }
      if (now.number() < than.number() || attempt == ATTEMPTS) {
        throw new IOException(
            "the table is damaged: the log of %s ends at version %d, and %s"
                .formatted(
                    path,
                    now.number(),
                    now.number() < than.number()
                        ? "was at " + than.number()
                        : "the next one can't be written"));
      }
      try {
        Thread.sleep(PAUSE_MILLIS << attempt);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  /** Where a file of the table is, as Hadoop writes paths. */
  public String place(DataFile file) {
    return file.place(path);
  }

  /** Kernel's engine, for {@link Vacuum}. */
  Engine engine() {
    return engine;
  }

  Configuration configuration() {
    return configuration;
  }

  String path() {
    return path;
  }

  private List<DataFileStatus> write(
      Version base, List<Row> rows, Row state, DataWriteContext context) throws IOException {
    if (rows.isEmpty()) {
      return List.of();
    }
    ColumnarBatch batch = new DefaultRowBasedColumnarBatch(base.snapshot().getSchema(), rows);
    List<DataFileStatus> files = new ArrayList<>();
    try (CloseableIterator<DataFileStatus> written =
        engine
            .getParquetHandler()
            .writeParquetFiles(
                path, // Kernel's own is a URI, and blanks in it would name another folder
                Transaction.transformLogicalData(
                    engine,
                    state,
                    Utils.singletonCloseableIterator(
                        new FilteredColumnarBatch(batch, Optional.empty())),
                    Map.of()),
                context.getStatisticsColumns())) {
      written.forEachRemaining(file -> files.add(inTable(file)));
    }
    for (DataFileStatus file : files) {
      force(file.getPath());
    }
    return files;
  }

  /** Kernel gives a URI, and would take it for a file elsewhere if the path has blanks. */
  private DataFileStatus inTable(DataFileStatus file) {
    return new DataFileStatus(
        path + "/" + name(file), file.getSize(), file.getModificationTime(), file.getStatistics());
  }

  private static String name(DataFileStatus file) {
    return file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
  }

  /** Or a power cut may leave an empty file behind that a commit names. */
  private static void force(String file) throws IOException {
    URI uri = new Path(file).toUri();
    if ("file".equals(uri.getScheme())) {
      try (FileChannel channel =
          FileChannel.open(java.nio.file.Path.of(uri.getPath()), StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  private Version after(TransactionCommitResult result) throws IOException {
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      try {
        hook.threadSafeInvoke(engine);
      } catch (IOException | RuntimeException e) { // the commit stands; the next one tries again
        LOG.warn("{} of {} failed", hook.getType(), path, e);
      }
    }
    Optional<Snapshot> snapshot = result.getPostCommitSnapshot();
    return snapshot.isPresent() ? new Version(engine, path, snapshot.get()) : open();
  }

  private static Configuration configuration(Configuration given) {
    Configuration configuration = new Configuration(given);
    for (String scheme : List.of("file", "s3a")) {
      String key = "io.delta.kernel.logStore.%s.impl".formatted(scheme);
      if (configuration.get(key) == null) {
        configuration.set(key, AtomicLogStore.class.getName());
      }
    }
    // no checksum files beside the data; not the cached file system, which others have opened
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    return configuration;
  }
}
