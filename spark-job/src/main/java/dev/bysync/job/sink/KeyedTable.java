package dev.bysync.job.sink;

import dev.bysync.job.delta.Change;
import dev.bysync.job.delta.DataFile;
import dev.bysync.job.delta.DeltaTable;
import dev.bysync.job.delta.DeltaTable.Committed;
import dev.bysync.job.delta.RowConsumer;
import dev.bysync.job.delta.Version;
import io.delta.kernel.data.Row;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The rows of one profile in a table, each of which has a key that no other has. Knows the keys,
 * and reads what others have added since. For one thread.
 */
final class KeyedTable implements AutoCloseable {
  private final DeltaTable table;
  private final String profile;
  private final StructType columns;
  private final Function<Row, String> key;
  private final KeySet keys = new KeySet();
  private final Set<String> seen = new HashSet<>();
  private Version version;

  /**
   * @param columns what has to be read of a row for its key
   * @param key the key of a row
   */
  private KeyedTable(
      DeltaTable table, String profile, StructType columns, Function<Row, String> key)
      throws IOException {
    this.table = table;
    this.profile = profile;
    this.columns = columns;
    this.key = key;
    this.version = table.open();
  }

  static KeyedTable open(
      DeltaTable table, String profile, StructType columns, Function<Row, String> key)
      throws IOException {
    KeyedTable opened = new KeyedTable(table, profile, columns, key);
    opened.readNew();
    return opened;
  }

  boolean has(String text) {
    return keys.contains(text);
  }

  /**
   * Adds those rows whose keys the table does not have.
   *
   * @return those that were added
   */
  List<Row> add(List<Row> rows) throws IOException {
    List<Row> fresh = rows.stream().filter(row -> !has(key.apply(row))).toList();
    while (!fresh.isEmpty()) {
      Optional<Committed> committed = table.commit(version, Change.add(fresh));
      if (committed.isPresent()) {
        version = committed.get().version();
        seen.addAll(committed.get().files());
        for (Row row : fresh) {
          keys.add(key.apply(row));
        }
        return fresh;
      }
      version = table.newer(version);
      readNew();
      fresh = rows.stream().filter(row -> !has(key.apply(row))).toList();
    }
    return fresh;
  }

  private void readNew() throws IOException {
    readNew(version, profile, seen, columns, row -> keys.add(key.apply(row)));
  }

  /**
   * Reads a profile's rows in the files that were not seen yet, which then are.
   *
   * @param columns what is read of them, the profile included
   */
  static void readNew(
      Version version, String profile, Set<String> seen, StructType columns, RowConsumer consumer)
      throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (DataFile file : version.files("profile", profile)) {
      if (seen.add(file.path())) {
        files.add(file);
      }
    }
    version.read(
        files,
        columns,
        row -> {
          if (Rows.text(row, "profile").equals(profile)) {
            consumer.accept(row);
          }
        });
  }

  @Override
  public void close() throws IOException {
    keys.close();
  }
}
