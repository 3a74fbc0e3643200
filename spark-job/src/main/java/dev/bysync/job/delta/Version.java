package dev.bysync.job.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table at one of its commits. */
public final class Version {
  private final Engine engine;
  private final String path;
  private final Snapshot snapshot;

  Version(Engine engine, String path, Snapshot snapshot) {
    this.engine = engine;
    this.path = path;
    this.snapshot = snapshot;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /** Its number, from 0. */
  public long number() {
    return snapshot.getVersion();
  }

  /** Its column with this name. */
  public StructType columns(String name) {
    return new StructType(List.of(snapshot.getSchema().get(name)));
  }

  /** What was last said of a domain. */
  public Optional<String> domain(String name) throws IOException {
    return KernelErrors.call(path, () -> snapshot.getDomainMetadata(name));
  }

  /** Its columns, as Spark writes them in JSON. */
  public String schemaJson() {
    return snapshot.getMetadata().getSchemaString();
  }

  /** Its files; of those that can't have rows with this value in this column some are left out. */
  public List<DataFile> files(String column, String value) throws IOException {
    return files(Optional.of(new Predicate("=", new Column(column), Literal.ofString(value))));
  }

  /** All of its files. */
  public List<DataFile> files() throws IOException {
    return files(Optional.empty());
  }

  private List<DataFile> files(Optional<Predicate> filter) throws IOException {
    return KernelErrors.call(
        path,
        () -> {
          ScanBuilder builder = snapshot.getScanBuilder();
          filter.ifPresent(builder::withFilter);
          List<DataFile> files = new ArrayList<>();
          try (CloseableIterator<FilteredColumnarBatch> batches =
              builder.build().getScanFiles(engine)) {
            while (batches.hasNext()) {
              try (CloseableIterator<Row> rows = batches.next().getRows()) {
                rows.forEachRemaining(row -> files.add(new DataFile(row)));
              }
            }
          }
          return files;
        });
  }

  /** Reads those of these columns that the table has; the others are not in the rows. */
  public void read(List<DataFile> files, StructType columns, RowConsumer consumer)
      throws IOException {
    List<StructField> both =
        columns.fields().stream()
            .filter(field -> snapshot.getSchema().indexOf(field.getName()) >= 0)
            .map(field -> snapshot.getSchema().get(field.getName()))
            .toList();
    Scan scan = snapshot.getScanBuilder().withReadSchema(new StructType(both)).build();
    Row state = scan.getScanState(engine);
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
    for (DataFile file : files) {
      read(file, state, physical, consumer);
    }
  }

  /**
   * Takes rows out: files without any of them stay, of the others the rest of the rows is written
   * anew.
   *
   * @param files where they may be
   * @param keys the columns that tell them
   * @param gone which rows go
   * @param taken is given whole rows that go
   */
  public Change without(List<DataFile> files, StructType keys, RowTest gone, RowConsumer taken)
      throws IOException {
    List<DataFile> removed = new ArrayList<>();
    List<Row> rest = new ArrayList<>();
    for (DataFile file : files) {
      boolean[] has = {false};
      read(List.of(file), keys, row -> has[0] |= gone.test(row));
      if (has[0]) {
        removed.add(file);
        read(
            List.of(file),
            row -> {
              if (gone.test(row)) {
                taken.accept(row);
              } else {
                rest.add(row);
              }
            });
      }
    }
    return new Change(rest, removed, Map.of());
  }

  /** Reads whole rows. */
  public void read(List<DataFile> files, RowConsumer consumer) throws IOException {
    read(files, snapshot.getSchema(), consumer);
  }

  private void read(DataFile file, Row state, StructType physical, RowConsumer consumer)
      throws IOException {
    FileStatus kernels = InternalScanFileUtils.getAddFileStatus(file.scanFile());
    FileStatus status =
        FileStatus.of(file.place(path), kernels.getSize(), kernels.getModificationTime());
    try (CloseableIterator<FilteredColumnarBatch> batches =
        Scan.transformPhysicalData(
            engine,
            state,
            file.scanFile(),
            engine
                .getParquetHandler()
                .readParquetFiles(
                    Utils.singletonCloseableIterator(status), physical, Optional.empty())
                .map(result -> result.getData()))) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            consumer.accept(rows.next());
          }
        }
      }
    } catch (RuntimeException e) { // Kernel's and Parquet's way to say it
      if (KernelErrors.cause(e, FileNotFoundException.class)) {
        throw new IOException(
            "the table is damaged: %s is named by its log and missing; restore it, or start with another --out"
                .formatted(status.getPath()),
            e);
      }
      throw new IOException("damaged Parquet file %s: %s".formatted(status.getPath(), e), e);
    }
  }
}
