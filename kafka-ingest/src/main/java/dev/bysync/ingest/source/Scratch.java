package dev.bysync.ingest.source;

import java.nio.file.Path;

/** A temporary directory that goes unless it is kept. */
final class Scratch implements AutoCloseable {
  private final Path directory;
  private boolean kept;
  private int files;

  Scratch(String kind) throws FetchException {
    try {
      directory = TemporaryFiles.createDirectory(kind);
    } catch (TemporaryFiles.SpoolException e) {
      throw new FetchException(String.valueOf(e.getMessage()), "free some space there");
    }
  }

  /** The path of a new file in it. */
  Path file() {
    return directory.resolve("file-" + files++);
  }

  /** The directory, which is the caller's to delete from now on. */
  Path keep() {
    kept = true;
    return directory;
  }

  @Override
  public void close() {
    if (!kept) {
      TemporaryFiles.delete(directory);
    }
  }
}
