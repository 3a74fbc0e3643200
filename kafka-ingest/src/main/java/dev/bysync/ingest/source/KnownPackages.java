package dev.bysync.ingest.source;

/** Which packages need not be looked through again. Asked by several threads at a time. */
@FunctionalInterface
public interface KnownPackages {
  /** None. */
  KnownPackages NONE = identity -> false;

  /**
   * Whether a package was looked through to its end.
   *
   * @param identity name, version and digest, of something that never changes
   */
  boolean contains(String identity);
}
