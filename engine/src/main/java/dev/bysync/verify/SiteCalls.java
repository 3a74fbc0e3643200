package dev.bysync.verify;

import dev.bysync.asyncify.OffsetMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.SiteCoverage.Way;
import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sites of a transformed module as calls: where they are in it, and which calls of the original
 * they are. Of what our transform makes both are known; of another tool's output they are found by
 * {@link ForeignSites}. Immutable; sites are numbered from 0.
 */
public final class SiteCalls {
  /** Not a call of the original that is known. */
  static final int UNMATCHED = -1;

  private final int[] functions;
  private final int[] originalOffsets;
  private final int[] outputFunctions;
  private final long[] calls;
  private final int[] outputOffsets;
  private final Way[] unmatched;
  private final Forcing forcing;

  /** Whether calls can be made to suspend. */
  enum Forcing {
    POSSIBLE,
    /** Tail calls note what the host may suspend in, which a call that is put off is not. */
    NOT_WITH_TAIL_CALLS
  }

  /**
   * @param functions of each site the original's function that holds it, or {@link #UNMATCHED}
   * @param originalOffsets of each site the offset of its call in the original, bytes
   * @param outputFunctions of each site the transformed module's function that holds it, or {@link
   *     #UNMATCHED}
   * @param calls offset of a call in the transformed module and its site: 32 bits each
   * @param unmatched of each site that is not matched the reason, of others {@link Way#MISSED}
   */
  SiteCalls(
      int[] functions,
      int[] originalOffsets,
      int[] outputFunctions,
      long[] calls,
      Way[] unmatched,
      Forcing forcing) {
    this.functions = functions;
    this.originalOffsets = originalOffsets;
    this.outputFunctions = outputFunctions;
    this.calls = calls;
    this.unmatched = unmatched;
    this.forcing = forcing;
    Arrays.sort(calls);
    outputOffsets = new int[functions.length];
    Arrays.fill(outputOffsets, UNMATCHED);
    for (int i = calls.length - 1; i >= 0; i--) { // so that a site's first call stays
      outputOffsets[(int) calls[i]] = (int) (calls[i] >>> 32);
    }
  }

  /** Those of a pair; null if nothing is known of them. */
  public static @Nullable SiteCalls of(Subject subject) {
    if (subject.sites() == null) {
      return ForeignSites.of(subject.original(), subject.transformed());
    }
    return subject.map() == null ? null : of(subject.sites(), subject.map().offsets());
  }

  /**
   * Those of our transform.
   *
   * @param offsets where the original's instructions went
   */
  static SiteCalls of(SiteMap sites, OffsetMap offsets) {
    int[] functions = new int[sites.size()];
    int[] originalOffsets = new int[sites.size()];
    long[] byOffset = new long[sites.size()];
    for (int site = 0; site < byOffset.length; site++) {
      functions[site] = sites.function(site);
      originalOffsets[site] = sites.originalOffset(site);
      byOffset[site] = (long) originalOffsets[site] << 32 | site;
    }
    Arrays.sort(byOffset);
    IntArray found = new IntArray();
    IntArray foundSites = new IntArray();
    for (int run = 0; run < offsets.size(); run++) {
      int from = offsets.original(run);
      int at = Arrays.binarySearch(byOffset, (long) from << 32);
      for (int i = at < 0 ? -1 - at : at;
          i < byOffset.length && (int) (byOffset[i] >>> 32) < from + offsets.length(run);
          i++) {
        found.add(offsets.output(run) + (int) (byOffset[i] >>> 32) - from);
        foundSites.add((int) byOffset[i]);
      }
    }
    long[] calls = new long[found.size()];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = (long) found.get(i) << 32 | foundSites.get(i);
    }
    Way[] matched = new Way[functions.length];
    Arrays.fill(matched, Way.MISSED);
    int[] outputFunctions = new int[functions.length]; // some have several
    Arrays.fill(outputFunctions, UNMATCHED);
    return new SiteCalls(
        functions,
        originalOffsets,
        outputFunctions,
        calls,
        matched,
        sites.frames() == SiteMap.Frames.AT_SITES ? Forcing.POSSIBLE : Forcing.NOT_WITH_TAIL_CALLS);
  }

  /** Number of sites. */
  public int size() {
    return functions.length;
  }

  /** Whether it is known which call of the original a site is. */
  public boolean isMatched(int site) {
    return functions[site] != UNMATCHED;
  }

  /** The original's function that holds a site; -1 if it is not matched. */
  public int function(int site) {
    return functions[site];
  }

  /** Offset of a site's call in the original, bytes; -1 if it is not matched. */
  public int originalOffset(int site) {
    return originalOffsets[site];
  }

  /** Why a site is not matched; {@link Way#MISSED} for one that is. */
  Way unmatched(int site) {
    return unmatched[site];
  }

  /** Of another tool's output, the function in it that holds a site; else -1. */
  public int outputFunction(int site) {
    return outputFunctions[site];
  }

  /** Offset of a site's first call in the transformed module, bytes; -1 if it has none there. */
  public int outputOffset(int site) {
    return outputOffsets[site];
  }

  /** Whether calls of sites can be made to suspend. */
  boolean canBeForced() {
    return size() > 0 && forcing == Forcing.POSSIBLE;
  }

  /** The site whose call is at an offset of the transformed module, or -1. */
  int siteAt(int offset) {
    int at = Arrays.binarySearch(calls, (long) offset << 32);
    int call = at < 0 ? -1 - at : at;
    return call < calls.length && (int) (calls[call] >>> 32) == offset ? (int) calls[call] : -1;
  }

  /** The site that is a call of the original, or -1. */
  int find(Reproducer.Site wanted) {
    for (int site = 0; site < functions.length; site++) {
      if (functions[site] == wanted.function() && originalOffsets[site] == wanted.offset()) {
        return site;
      }
    }
    return -1;
  }

  /** Which call of the original a site is that is matched. */
  Reproducer.Site site(int site) {
    return new Reproducer.Site(functions[site], originalOffsets[site]);
  }

  /** Number of sites that are not matched. */
  int unmatchedCount() {
    return (int) Arrays.stream(functions).filter(function -> function == UNMATCHED).count();
  }
}
