package dev.bysync.job.store;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Objects under one root, named by relative paths with {@code /}. An object appears whole or not at
 * all, whenever the writer dies; what a dead writer leaves behind is never listed or read.
 *
 * <p>{@link #create} is the primitive that the commit protocol and the content-addressed binaries
 * rest on: of many writers of a path one wins and the others learn it. On {@code file:} it is a
 * temporary file and a hard link, on {@code s3a:} a PUT with If-None-Match, elsewhere (HDFS) a
 * temporary file and a rename that does not replace.
 */
public sealed interface Store permits LocalStore, HadoopStore {
  /** What became of a conditional create. */
  enum Outcome {
    CREATED,
    EXISTED
  }

  /** Where objects are while they are being written. */
  String TEMPORARY = ".tmp";

  /**
   * An object.
   *
   * @param path its path from the root
   * @param bytes its size
   * @param modifiedMillis when it was written, milliseconds since 1970
   */
  record Entry(String path, long bytes, long modifiedMillis) {}

  /** Opens the store with this root; nothing is read or written yet. */
  static Store open(Configuration configuration, URI root) throws IOException {
    if ("file".equals(root.getScheme())) {
      return new LocalStore(java.nio.file.Path.of(root.getPath()));
    }
    return HadoopStore.open(configuration, root);
  }

  /** The root. */
  URI root();

  /** Writes an object unless there is one; an existing one is left as it is. */
  Outcome create(String path, byte[] content) throws IOException;

  /** Writes an object in place of any that is there. */
  void replace(String path, byte[] content) throws IOException;

  /**
   * Reads an object.
   *
   * @param limit the most bytes to read: a larger object is an error
   * @throws java.io.FileNotFoundException if there is none
   * @throws ObjectTooLargeException if it is larger than the limit
   */
  byte[] read(String path, long limit) throws IOException;

  /** The objects directly in a folder, sorted by path; none if there is no such folder. */
  List<Entry> list(String folder) throws IOException;

  /** The folders directly in a folder, sorted, as paths from the root; none if there is none. */
  List<String> folders(String folder) throws IOException;

  /** Deletes what writers that died before this instant (milliseconds since 1970) left behind. */
  default void sweep(long beforeMillis) throws IOException {
    for (Entry entry : list(TEMPORARY)) {
      if (entry.modifiedMillis() < beforeMillis) {
        delete(entry.path());
      }
    }
  }

  /** Deletes an object, or a folder with all in it; nothing if there is none. */
  void delete(String path) throws IOException;
}
