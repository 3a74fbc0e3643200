package dev.bysync.job.sink;

import dev.bysync.job.sink.Commit.DataFile;
import dev.bysync.job.sink.Commit.Part;
import dev.bysync.job.store.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The commits of one table, numbered from 1 without gaps. Whoever creates the file of the next
 * number has committed; all who come later see it before they commit themselves. So the commits of
 * all writers have one order, and none is ever made in ignorance of an earlier one.
 */
final class CommitLog {
  /** The most bytes of one file of the table. */
  private static final long MAX_FILE_BYTES = 1L << 30;

  private static final int VERSION = 2;

  private final Store store;
  private final String folder;

  CommitLog(Store store, String profile) {
    this.store = store;
    this.folder = "metrics/profile=" + profile;
  }

  /** The table's identity: another table in the same place has another. */
  record Identity(String format, int version, String id) {}

  /** Makes the table if there is none, and sees that it is one that this Bysync can write. */
  void identify() throws IOException {
    String path = path("table.json");
    Identity mine = new Identity("bysync-metrics", VERSION, UUID.randomUUID().toString());
    if (store.create(path, Json.write(mine)) == Store.Outcome.CREATED) {
      return;
    }
    Identity theirs = Json.read(store.read(path, MAX_FILE_BYTES), Identity.class, path);
    if (theirs.version() != VERSION) {
      throw new IOException(
          "%s has version %d, this Bysync writes %d: use another --out"
              .formatted(path, theirs.version(), VERSION));
    }
  }

  /** The commit with a number, if there is one yet. */
  Optional<Commit> read(long number) throws IOException {
    String path = path(number);
    try {
      return Optional.of(Commit.fromJson(store.read(path, MAX_FILE_BYTES), path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Commits, if the number is free.
   *
   * @return false if another writer has the number
   */
  boolean create(Commit commit) throws IOException {
    byte[] json = commit.toJson();
    String path = path(commit.number());
    return store.create(path, json) == Store.Outcome.CREATED
        // Our own, if the store repeated a write whose answer was lost.
        || Arrays.equals(store.read(path, MAX_FILE_BYTES), json);
  }

  /** Writes a file that is in the table once a commit names it. */
  <T extends Record> DataFile write(Part part, Class<T> type, Iterable<T> rows, int count)
      throws IOException {
    byte[] content = new RecordFile<>(type).write(rows);
    // A name of this attempt alone: what an attempt that died left behind stays out of the table.
    String path = "%s/%s.parquet".formatted(part.folder(), UUID.randomUUID());
    store.create(path(path), content);
    return new DataFile(part, path, count, content.length);
  }

  /** Takes back a file that no commit names. */
  void discard(DataFile file) throws IOException {
    store.delete(path(file.path()));
  }

  /** The rows that a commit added to a part; only the columns that the record has are read. */
  <T extends Record> void rows(Commit commit, Part part, Class<T> type, Consumer<T> rows)
      throws IOException {
    for (DataFile file : commit.files()) {
      if (file.part() == part) {
        String path = path(file.path());
        try {
          new RecordFile<>(type).read(store.read(path, MAX_FILE_BYTES), rows);
        } catch (FileNotFoundException e) {
          throw new IOException(
              "the table is damaged: %s is named by %s and missing; restore it, or start with another --out"
                  .formatted(path, path(commit.number())),
              e);
        }
      }
    }
  }

  private String path(long number) {
    return path("commits/" + Commit.name(number));
  }

  private String path(String name) {
    return folder + "/" + name;
  }
}
