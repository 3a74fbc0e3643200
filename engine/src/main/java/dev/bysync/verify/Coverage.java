package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.SiteCoverage.Way;
import dev.bysync.verify.frame.FrameCoverage;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a verification exercised.
 *
 * @param sites calls that may suspend; 0 if not known
 * @param reachableSites those of them that some path of their function's control flow comes to; all
 *     of another tool's output
 * @param sitesUnmatched those of another tool's output of which it is not known which call of the
 *     original they are, so that they were not made to suspend
 * @param sitesSuspended how many of them were really suspended and resumed; the sum of {@code
 *     ladders}
 * @param ladders by what they were come to
 * @param functionsSuspended functions with a site that was suspended
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
    int sitesUnmatched,
    int sitesSuspended,
    Ladders ladders,
    int functionsSuspended,
    int exportsRun,
    long hostCalls,
    long suspensions,
    long frameSuspensions,
    int largestFrameBytes,
    SuspensionCost cost,
    Schedules schedules) {
  static final Coverage NONE =
      new Coverage(0, 0, 0, 0, Ladders.NONE, 0, 0, 0, 0, 0, 0, SuspensionCost.NONE, Schedules.NONE);

  /**
   * Sites that were suspended and resumed, each counted by the first ladder that came to it.
   *
   * @param sitesByHost in a whole program, by a call of the host that suspended
   * @param sitesForced in a whole program, by a call that was made to suspend
   * @param sitesByFrames in a function by itself, on a path that was drawn
   * @param sitesByBranches in a function by itself, on a path that was made for a site
   */
  public record Ladders(int sitesByHost, int sitesForced, int sitesByFrames, int sitesByBranches) {
    static final Ladders NONE = new Ladders(0, 0, 0, 0);

    int all() {
      return sitesByHost + sitesForced + sitesByFrames + sitesByBranches;
    }
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

  /** How many sites so many percent of the reachable ones are; at least one. */
  int sitesAskedFor(int percent) {
    return (int) Math.max(1, ((long) percent * reachableSites + 99) / 100);
  }

  /** The same with how each site was come to, and with what frames by themselves did. */
  Coverage with(SiteCoverage reached, @Nullable FrameCoverage frames, SiteMap map) {
    return with(reached, frames, map::function, 0);
  }

  /** The same with how each site of another tool's output was come to. */
  Coverage with(SiteCoverage reached, SiteCalls calls) {
    return with(reached, null, calls::outputFunction, calls.unmatchedCount());
  }

  private Coverage with(
      SiteCoverage reached,
      @Nullable FrameCoverage frames,
      IntUnaryOperator function,
      int unmatched) {
    Ladders counted =
        new Ladders(
            reached.count(Way.HOST),
            reached.count(Way.FORCED),
            reached.count(Way.FRAMES),
            reached.count(Way.BRANCHES));
    BitSet functions = new BitSet();
    for (int site = 0; site < reached.size(); site++) {
      if (reached.way(site).isSuspended()) {
        functions.set(function.applyAsInt(site));
      }
    }
    return new Coverage(
        reached.size(),
        reached.size() - reached.count(Way.DEAD_CODE) - reached.count(Way.NO_PATH),
        unmatched,
        counted.all(),
        counted,
        functions.cardinality(),
        exportsRun,
        hostCalls,
        suspensions,
        frames == null ? 0 : frames.suspensions(),
        frames == null ? 0 : frames.largestFrame(),
        cost,
        schedules);
  }
}
