package dev.bysync.job.delta;

import io.delta.kernel.CommitRange;
import io.delta.kernel.CommitRangeBuilder.CommitBoundary;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.DeltaLogActionUtils.DeltaAction;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Deletes data files that the table does not name, by the rules of Delta's VACUUM: none that is
 * younger than a week, and none that was taken out of the table less than a week ago, since who
 * opened the table before may still read it.
 */
public final class Vacuum {
  private static final Duration RETENTION = Duration.ofDays(7);

  private Vacuum() {}

  /** Deletes them; returns how many. */
  public static int run(DeltaTable table) throws IOException {
    return run(table, System.currentTimeMillis() - RETENTION.toMillis());
  }

  /**
   * @param before files that were written or taken out later than this stay, milliseconds since
   *     1970
   */
  static int run(DeltaTable table, long before) throws IOException {
    // Listed first: what a writer adds to the table afterwards is not among them.
    List<Path> old = old(table, before);
    Optional<Version> version = old.isEmpty() ? Optional.empty() : table.latest();
    if (version.isEmpty()) {
      return 0;
    }
    Set<String> named = new HashSet<>();
    for (DataFile file : version.get().files()) {
      named.add(file.name());
    }
    named.addAll(takenOut(table, version.get(), before));
    FileSystem files = new Path(table.path()).getFileSystem(table.configuration());
    int deleted = 0;
    for (Path path : old) {
      if (!named.contains(path.getName())) {
        files.delete(path, false);
        deleted++;
      }
    }
    return deleted;
  }

  /**
   * Data files of ours: OPTIMIZE puts them beside each other, too, as the table has no partitions.
   */
  private static List<Path> old(DeltaTable table, long before) throws IOException {
    Path folder = new Path(table.path());
    FileSystem files = folder.getFileSystem(table.configuration());
    List<Path> old = new ArrayList<>();
    if (!files.exists(folder)) {
      return old;
    }
    RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, false);
    while (all.hasNext()) {
      LocatedFileStatus status = all.next();
      if (status.getPath().getName().endsWith(".parquet")
          && status.getModificationTime() < before) {
        old.add(status.getPath());
      }
    }
    return old;
  }

  /** Names of files that a commit since this time has taken out. */
  private static Set<String> takenOut(DeltaTable table, Version version, long since)
      throws IOException {
    Set<String> names = new HashSet<>();
    long first = version.number() + 1;
    Path log = new Path(table.path(), "_delta_log");
    for (FileStatus status : log.getFileSystem(table.configuration()).listStatus(log)) {
      String name = status.getPath().getName();
      if (name.matches("[0-9]{20}\\.json") && status.getModificationTime() >= since) {
        first = Math.min(first, Long.parseLong(name.substring(0, 20)));
      }
    }
    if (first > version.number()) {
      return names;
    }
    CommitRange range =
        TableManager.loadCommitRange(table.path(), CommitBoundary.atVersion(first))
            .withEndBoundary(CommitBoundary.atVersion(version.number()))
            .build(table.engine());
    try (CloseableIterator<ColumnarBatch> batches =
        range.getActions(table.engine(), Set.of(DeltaAction.REMOVE))) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            Row row = rows.next();
            int at = row.getSchema().indexOf("remove");
            if (!row.isNullAt(at)) {
              Row remove = row.getStruct(at);
              String path = remove.getString(remove.getSchema().indexOf("path"));
              names.add(path.substring(path.lastIndexOf('/') + 1));
            }
          }
        }
      }
    }
    return names;
  }
}
