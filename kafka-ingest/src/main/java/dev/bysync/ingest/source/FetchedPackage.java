package dev.bysync.ingest.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A package on the disk.
 *
 * @param file the package
 * @param origin where modules in it come from
 * @param temporary what to delete after use, if anything
 */
record FetchedPackage(Path file, Origin origin, @Nullable Path temporary) implements AutoCloseable {
  @Override
  public void close() {
    if (temporary != null) {
      TemporaryFiles.delete(temporary);
    }
  }
}
