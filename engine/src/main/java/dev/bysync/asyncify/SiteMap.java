package dev.bysync.asyncify;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;

/**
 * Where the sites of a transformed module lie, so that a run can tell which of them suspended.
 *
 * <p>A site's <em>check</em> is the instruction behind the call that reads the state: while the
 * module unwinds, it executes exactly when this site's call has returned unwinding. A body that was
 * written twice has two checks for each of its sites.
 */
public final class SiteMap {
  private final int[] checkOffsets;
  private final int[] checkSites;
  private final int[] functions;
  private final int[] originalOffsets;
  private final BitSet needArguments;
  private final int[] frameBytes;
  private final Frames frames;

  /** Where frames are written. */
  public enum Frames {
    /** Each behind the check of a site. */
    AT_SITES,
    /** Others too: for tail calls. */
    ELSEWHERE_TOO
  }

  /**
   * @param checkOffsets byte offset of each check in the transformed module, ascending
   * @param checkSites the site of each check
   * @param functions the function that holds each site, in the original's function index space
   * @param originalOffsets byte offset of each site's call in the original module
   * @param needArguments sites whose callee may be the host's
   * @param frameBytes bytes of the frame that each site's function writes there
   * @param frames where frames are written
   */
  SiteMap(
      int[] checkOffsets,
      int[] checkSites,
      int[] functions,
      int[] originalOffsets,
      BitSet needArguments,
      int[] frameBytes,
      Frames frames) {
    this.needArguments = needArguments;
    this.frames = frames;
    this.frameBytes = frameBytes;
    this.checkOffsets = checkOffsets;
    this.checkSites = checkSites;
    this.functions = functions;
    this.originalOffsets = originalOffsets;
  }

  /** Where frames are written. */
  public Frames frames() {
    return frames;
  }

  /** Number of sites; they are numbered from 0. */
  public int size() {
    return functions.length;
  }

  /** The site whose check lies at this offset of the transformed module, or a negative number. */
  public int siteAtCheck(int offset) {
    int check = Arrays.binarySearch(checkOffsets, offset);
    return check < 0 ? -1 : checkSites[check];
  }

  /** Bytes of the frame that the site's function writes when it is suspended there. */
  public int frameBytes(int site) {
    return frameBytes[site];
  }

  /** The site with the largest frame, the first of several; -1 if there are no sites. */
  public int largestFrame() {
    int largest = -1;
    for (int site = 0; site < frameBytes.length; site++) {
      if (largest < 0 || frameBytes[site] > frameBytes[largest]) {
        largest = site;
      }
    }
    return largest;
  }

  /** The function that holds the site, in the original module's index space. */
  public int function(int site) {
    return functions[site];
  }

  /**
   * Whether the callee must see its arguments when the call is made again: it may be the host's.
   * All others have their own in their frames.
   */
  public boolean needsArguments(int site) {
    return needArguments.get(site);
  }

  /** Offset of the site's call in the original module. */
  public int originalOffset(int site) {
    return originalOffsets[site];
  }

  /**
   * The map of an output that was edited.
   *
   * @param place where the instruction at an offset of this map's output starts now; it keeps the
   *     order of checks
   */
  public SiteMap moved(IntUnaryOperator place) {
    int[] offsets = Arrays.stream(checkOffsets).map(place).toArray();
    return new SiteMap(
        offsets, checkSites, functions, originalOffsets, needArguments, frameBytes, frames);
  }
}
