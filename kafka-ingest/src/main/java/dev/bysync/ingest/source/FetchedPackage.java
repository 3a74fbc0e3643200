package dev.bysync.ingest.source;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something from elsewhere, on the disk now.
 *
 * @param state whether it was fetched
 * @param parts the files of it, in the order in which they are to be looked through
 * @param identity name, version and digest if it never changes, else empty
 * @param temporary what to delete after use, if anything
 */
record FetchedPackage(State state, List<Part> parts, String identity, @Nullable Path temporary)
    implements AutoCloseable {
  /** Whether it was fetched. */
  enum State {
    FETCHED,
    /** It was not: there is nothing new in it. */
    KNOWN
  }

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

  static FetchedPackage known(String identity) {
    return new FetchedPackage(State.KNOWN, List.of(), identity, null);
  }

  static FetchedPackage of(List<Part> parts, String identity, @Nullable Path temporary) {
    return new FetchedPackage(State.FETCHED, parts, identity, temporary);
  }

  @Override
  public void close() {
    if (temporary != null) {
      TemporaryFiles.delete(temporary);
    }
  }
}
