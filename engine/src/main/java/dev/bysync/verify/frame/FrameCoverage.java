package dev.bysync.verify.frame;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which sites were suspended and resumed, frame by frame, and what was found. */
public final class FrameCoverage {
  private final int sites;
  private final BitSet suspended = new BitSet();
  private final BitSet directed = new BitSet();
  private final BitSet unreachable = new BitSet();
  private final BitSet deadCode = new BitSet();
  private long suspensions;
  private long steps;
  private int largestFrame;
  private @Nullable FrameDifference difference;

  FrameCoverage(int sites) {
    this.sites = sites;
  }

  void suspended(int site, int frameBytes, boolean isDirected) {
    if (isDirected && !suspended.get(site)) {
      directed.set(site);
    }
    suspended.set(site);
    suspensions++;
    largestFrame = Math.max(largestFrame, frameBytes);
  }

  void unreachable(int site) {
    unreachable.set(site);
  }

  void deadCode(int site) {
    deadCode.set(site);
    unreachable.set(site);
  }

  void differs(FrameDifference found) {
    if (difference == null) {
      difference = found;
    }
  }

  void steps(long executed) {
    steps = executed;
  }

  /** Number of sites. */
  public int sites() {
    return sites;
  }

  /** Sites that were suspended and resumed. */
  public BitSet suspended() {
    return (BitSet) suspended.clone();
  }

  /** Those of them that were first come to by a path that was made for a site. */
  public BitSet directed() {
    return (BitSet) directed.clone();
  }

  boolean isSuspended(int site) {
    return suspended.get(site);
  }

  /** Sites that no path from their function's entry comes to. */
  public BitSet unreachable() {
    return (BitSet) unreachable.clone();
  }

  /** Those of them that stand behind an instruction that never lets control go on. */
  public BitSet deadCode() {
    return (BitSet) deadCode.clone();
  }

  /** Suspensions made and resumed. */
  public long suspensions() {
    return suspensions;
  }

  /** Instructions executed. */
  public long steps() {
    return steps;
  }

  /** Bytes of the largest frame. */
  public int largestFrame() {
    return largestFrame;
  }

  /** The first difference; null if there is none. */
  public @Nullable FrameDifference difference() {
    return difference;
  }
}
