package dev.bysync.ingest.source;

/**
 * A source, or an entry of a list of sources, that is done with.
 *
 * @param source as the user wrote it, fit to be shown
 * @param identity name, version and digest of a package that never changes; else empty
 * @param how what was done with it
 */
public record SourceEnd(String source, String identity, How how) {
  /** What was done with a source. */
  public enum How {
    /** All of it was looked through. */
    READ,
    /** Some of it could not be read. */
    INCOMPLETE,
    /** Nothing: it is among the {@link KnownPackages}. */
    KNOWN
  }
}
