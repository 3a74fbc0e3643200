package dev.bysync.job.old;

import dev.bysync.job.sink.Json;
import dev.bysync.job.sink.RunCounts;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What one batch added to the table.
 *
 * @param version version of this format
 * @param number its place in the table's order of commits, from 1 without gaps
 * @param runId the run that committed it
 * @param committedAtMillis when, milliseconds since 1970
 * @param topic identity of the topic that was read
 * @param offsets for each partition the offset behind the last record that was read
 * @param counts what it added, in figures
 * @param files the files it added
 */
record Commit(
    int version,
    long number,
    String runId,
    long committedAtMillis,
    String topic,
    Map<Integer, Long> offsets,
    RunCounts counts,
    List<DataFile> files) {
  static final int VERSION = 2;

  /** The table's parts. */
  enum Part {
    MODULES("modules"),
    PROVENANCE("provenance"),
    DEAD_LETTERS("dead-letters");

    private final String folder;

    Part(String folder) {
      this.folder = folder;
    }

    String folder() {
      return folder;
    }
  }

  /**
   * One Parquet file.
   *
   * @param part which part of the table it belongs to
   * @param path its path from the table's folder
   * @param rows rows in it
   * @param bytes its size
   */
  record DataFile(Part part, String path, int rows, int bytes) {}

  /** Name of the commit with a number: of many writers one gets it. */
  static String name(long number) {
    return "%012d.json".formatted(number);
  }

  static Commit fromJson(byte[] json, String path) throws IOException {
    Commit commit = Json.read(json, Commit.class, path);
    if (commit.version() != VERSION) {
      throw new IOException(
          "%s has version %d, this Bysync reads %d: use the Bysync that wrote it, or another --out"
              .formatted(path, commit.version(), VERSION));
    }
    return commit;
  }
}
