package dev.bysync.verify;

import dev.bysync.verify.frame.FrameCoverage;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a verification exercised.
 *
 * @param sites calls that may suspend; 0 if not known
 * @param reachableSites those of them that some path of their function's control flow comes to
 * @param sitesSuspended how many of them were really suspended and resumed; the sum of {@code
 *     ladders}
 * @param ladders by what they were come to
 * @param functions functions with a site that was suspended
 * @param exportsRun exported functions that the original was called through
 * @param hostCalls calls of imported functions by the original
 * @param suspensions suspensions of whole programs, made and resumed
 * @param frameSuspensions suspensions of single frames, made and resumed
 * @param largestFrameBytes the largest frame that was put away by itself, bytes
 * @param cost what the suspensions of whole programs cost
 * @param schedules what was done beside suspending at every call
 */
public record Coverage(
    int sites,
    int reachableSites,
    int sitesSuspended,
    Ladders ladders,
    int functions,
    int exportsRun,
    long hostCalls,
    long suspensions,
    long frameSuspensions,
    int largestFrameBytes,
    SuspensionCost cost,
    Schedules schedules) {
  static final Coverage NONE =
      new Coverage(0, 0, 0, Ladders.NONE, 0, 0, 0, 0, 0, 0, SuspensionCost.NONE, Schedules.NONE);

  /**
   * Sites that were suspended and resumed, each counted by the first ladder that came to it.
   *
   * @param host in a whole program, by a call of the host that suspended
   * @param forced in a whole program, by a call that was made to suspend
   * @param frames in a function by itself, on a path that was drawn
   * @param branches in a function by itself, on a path that was made for a site
   */
  public record Ladders(int host, int forced, int frames, int branches) {
    static final Ladders NONE = new Ladders(0, 0, 0, 0);
  }

  /**
   * What was done beside suspending at every call and twice in a row. All of it belongs to the same
   * module as the counts around it.
   *
   * @param random suspensions at random calls of the host, of {@link #suspensions}
   * @param alone suspensions that were the first and only one of their instance, of {@link
   *     #suspensions}
   * @param visits calls of exports that were made, and ended, while another call was suspended
   * @param reordered suspensions that were resumed before a later one
   * @param overflows stacks too small for a suspension, all of which were noticed
   */
  public record Schedules(long random, long alone, long visits, long reordered, long overflows) {
    static final Schedules NONE = new Schedules(0, 0, 0, 0, 0);
  }

  /** That of a module with so many sites, of which none was suspended. */
  static Coverage ofSites(int sites) {
    return new Coverage(
        sites, sites, 0, Ladders.NONE, 0, 0, 0, 0, 0, 0, SuspensionCost.NONE, Schedules.NONE);
  }

  /** Whether so many percent of the reachable sites were suspended. */
  boolean isEnough(int percent) {
    return sitesSuspended * 100L >= (long) percent * reachableSites;
  }

  /** The same with what frames by themselves add. */
  Coverage with(@Nullable FrameCoverage frames, BitSet host, BitSet forced, SitesOf functionOf) {
    BitSet all = (BitSet) host.clone();
    int byForce = added(all, forced);
    BitSet drawn = frames == null ? new BitSet() : frames.suspended();
    BitSet directed = frames == null ? new BitSet() : frames.directed();
    drawn.andNot(directed);
    int byFrames = added(all, drawn);
    int byBranches = added(all, directed);
    BitSet functionsSeen = new BitSet();
    all.stream().forEach(site -> functionsSeen.set(functionOf.function(site)));
    BitSet unreachable = frames == null ? new BitSet() : frames.unreachable();
    unreachable.andNot(all);
    return new Coverage(
        sites,
        sites - unreachable.cardinality(),
        all.cardinality(),
        new Ladders(host.cardinality(), byForce, byFrames, byBranches),
        functionsSeen.cardinality(),
        exportsRun,
        hostCalls,
        suspensions,
        frames == null ? 0 : frames.suspensions(),
        frames == null ? 0 : frames.largestFrame(),
        cost,
        schedules);
  }

  /** Tells the function that a site is in. */
  interface SitesOf {
    int function(int site);
  }

  private static int added(BitSet all, BitSet more) {
    int before = all.cardinality();
    all.or(more);
    return all.cardinality() - before;
  }
}
