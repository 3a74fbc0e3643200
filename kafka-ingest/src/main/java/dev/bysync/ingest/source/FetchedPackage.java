package dev.bysync.ingest.source;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something from elsewhere, on the disk now.
 *
 * @param parts the files of it, in the order in which they are to be looked through
 * @param temporary what to delete after use, if anything
 */
record FetchedPackage(List<Part> parts, @Nullable Path temporary) implements AutoCloseable {
  /**
   * One file.
   *
   * @param file where it is
   * @param origin where modules in it come from
   */
  record Part(Path file, Origin origin) {}

  FetchedPackage {
    parts = List.copyOf(parts);
  }

  static FetchedPackage of(Path file, Origin origin, @Nullable Path temporary) {
    return new FetchedPackage(List.of(new Part(file, origin)), temporary);
  }

  @Override
  public void close() {
    if (temporary != null) {
      TemporaryFiles.delete(temporary);
    }
  }
}
