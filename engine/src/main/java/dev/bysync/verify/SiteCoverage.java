package dev.bysync.verify;

import dev.bysync.verify.frame.FrameCoverage;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How each site of a transformed module was come to. Immutable; sites are numbered as in the
 * transform's map of sites.
 */
public final class SiteCoverage {
  /** That of a module whose sites are not known. */
  static final SiteCoverage NONE = new SiteCoverage(new Way[0]);

  private final Way[] ways;

  /** How a site was come to, or why it was not. The cheapest way counts, and is the first here. */
  public enum Way {
    /** Suspended in a whole program, by a call of the host. */
    HOST("host", ""),
    /** Suspended in a whole program, by a call that was made to suspend. */
    FORCED("forced", ""),
    /** Suspended in a function by itself, on a path that was drawn. */
    FRAMES("frames", ""),
    /** Suspended in a function by itself, on a path that was made for the site. */
    BRANCHES("branches", ""),
    /** The control flow stops before it: it stands behind a loop that has no way out, say. */
    DEAD_CODE("unreachable", "it stands behind code that never lets control go on"),
    /** It is no dead code, but no path from the entry of its function comes to it. */
    NO_PATH("unreachable", "no path from the entry of its function comes to it"),
    /** Of another tool's output: it is not known which function of the original its caller is. */
    UNKNOWN_FUNCTION("not matched", "its function is not known as one of the original's"),
    /** Of another tool's output: its caller makes more or fewer calls like it than the original. */
    OTHER_NUMBER_OF_CALLS(
        "not matched", "its function makes another number of such calls than the original's"),
    /** It may be reachable, but was not suspended. */
    MISSED("not reached", "");

    private final String words;
    private final String reason;

    Way(String words, String reason) {
      this.words = words;
      this.reason = reason;
    }

    /**
     * For people: {@code host}, {@code forced}, ..., {@code unreachable}, {@code not matched},
     * {@code not reached}.
     */
    public String words() {
      return words;
    }

    /** Why no path comes to it, or it was not matched, in words; empty for other sites. */
    public String reason() {
      return reason;
    }

    /** Whether the site was suspended and resumed. */
    public boolean isSuspended() {
      return this == HOST || this == FORCED || this == FRAMES || this == BRANCHES;
    }
  }

  private SiteCoverage(Way[] ways) {
    this.ways = ways;
  }

  /**
   * What programs and frames came to.
   *
   * @param sites number of sites
   * @param host those that a call of the host has suspended
   * @param forced those that a call has suspended that was made to
   * @param frames what frames by themselves came to; null if they were not looked at
   */
  static SiteCoverage of(int sites, BitSet host, BitSet forced, @Nullable FrameCoverage frames) {
    Way[] ways = new Way[sites];
    Arrays.fill(ways, Way.MISSED);
    if (frames != null) { // the cheaper way is written over the dearer one
      set(ways, frames.unreachable(), Way.NO_PATH);
      set(ways, frames.deadCode(), Way.DEAD_CODE);
      set(ways, frames.suspended(), Way.FRAMES);
      set(ways, frames.directed(), Way.BRANCHES);
    }
    set(ways, forced, Way.FORCED);
    set(ways, host, Way.HOST);
    return new SiteCoverage(ways);
  }

  /**
   * What programs came to, of another tool's output.
   *
   * @param calls its sites
   * @param host those that a call of the host has suspended
   * @param forced those that a call has suspended that was made to
   */
  static SiteCoverage of(SiteCalls calls, BitSet host, BitSet forced) {
    Way[] ways = new Way[calls.size()];
    Arrays.setAll(ways, calls::unmatched);
    set(ways, forced, Way.FORCED);
    set(ways, host, Way.HOST);
    return new SiteCoverage(ways);
  }

  private static void set(Way[] ways, BitSet sites, Way way) {
    sites.stream().forEach(site -> ways[site] = way);
  }

  /** Number of sites. */
  public int size() {
    return ways.length;
  }

  /** How a site was come to. */
  public Way way(int site) {
    return ways[site];
  }

  /** How many sites were come to in this way. */
  public int count(Way way) {
    int count = 0;
    for (Way other : ways) {
      count += other == way ? 1 : 0;
    }
    return count;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SiteCoverage coverage && Arrays.equals(ways, coverage.ways);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ways);
  }

  /** Short, since there may be a million sites. */
  @Override
  public String toString() {
    Map<Way, Integer> counts = new EnumMap<>(Way.class);
    Arrays.stream(ways).forEach(way -> counts.merge(way, 1, Integer::sum));
    return counts.toString();
  }
}
