package dev.bysync.ingest.source;

/** One kind of source that has to be fetched. Thread-safe. */
interface PackageSource {
  /** Whether a source, as the user wrote it, is of this kind. */
  boolean takes(String source);

  /** Fetches it to the disk, unless it is known. */
  FetchedPackage fetch(String source, KnownPackages known) throws FetchException;
}
