package dev.bysync.job.sink;

import java.io.IOException;
import java.util.List;

/**
 * What one batch added to the table.
 *
 * @param version version of this format
 * @param query id of the streaming query
 * @param batch number of the batch within the query
 * @param runId the run that committed it
 * @param files the files it added
 */
record Commit(int version, String query, long batch, String runId, List<DataFile> files) {
  static final int VERSION = 1;

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

  /** Name of a batch's commit: the same in every attempt. */
  static String name(String query, long batch) {
    return "%s-%010d.json".formatted(query, batch);
  }

  String name() {
    return name(query, batch);
  }

  byte[] toJson() throws IOException {
    return Json.write(this);
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
