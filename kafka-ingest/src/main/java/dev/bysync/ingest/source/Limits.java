package dev.bysync.ingest.source;

import java.time.Duration;

/**
 * What a source may cost.
 *
 * @param maxModuleBytes largest module, bytes; a larger one becomes a problem
 * @param maxExpandedBytes bytes that all layers of one archive file may expand to together
 * @param maxRatio how many times its own size one archive layer may expand to, once beyond 16 MiB
 * @param maxDepth archives inside archives; 1 is an archive with no archive in it
 * @param maxEntries entries that all layers of one archive file may have together
 * @param maxFetch how long fetching one package may take, each attempt for itself
 * @param maxPackageBytes largest package, bytes; several are on the disk at a time
 * @param parallel how many packages are fetched at a time; up to twice as many wait on the disk
 */
public record Limits(
    long maxModuleBytes,
    long maxExpandedBytes,
    int maxRatio,
    int maxDepth,
    int maxEntries,
    Duration maxFetch,
    long maxPackageBytes,
    int parallel) {
  private static final long MAX_PACKAGE_BYTES = 2L << 30;
  private static final int PARALLEL = 4;

  public Limits {
    if (maxModuleBytes < 1
        || maxExpandedBytes < 1
        || maxRatio < 1
        || maxDepth < 1
        || maxEntries < 1
        || maxPackageBytes < 1
        || parallel < 1
        || maxFetch.isNegative()
        || maxFetch.isZero()) {
      throw new IllegalArgumentException("every limit must be positive");
    }
  }

  /** These limits of content, and the default ones of fetching. */
  public Limits(
      long maxModuleBytes,
      long maxExpandedBytes,
      int maxRatio,
      int maxDepth,
      int maxEntries,
      Duration maxFetch) {
    this(
        maxModuleBytes,
        maxExpandedBytes,
        maxRatio,
        maxDepth,
        maxEntries,
        maxFetch,
        MAX_PACKAGE_BYTES,
        PARALLEL);
  }

  /**
   * 128 MiB a module, 8 GiB and 200,000 entries an archive, ratio 250, depth 6, 3 minutes; 2 GiB a
   * package, 4 at a time.
   */
  public static Limits defaults() {
    return new Limits(128L << 20, 8L << 30, 250, 6, 200_000, Duration.ofMinutes(3));
  }
}
