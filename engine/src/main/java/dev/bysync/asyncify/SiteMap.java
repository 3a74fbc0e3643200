package dev.bysync.asyncify;

import java.util.Arrays;

/**
 * Where the sites of a transformed module lie, so that a run can tell which of them suspended.
 *
 * <p>A site's <em>check</em> is the instruction behind the call that reads the state: while the
 * module unwinds, it executes exactly when this site's call has returned unwinding. Offsets are
 * byte offsets in the transformed module and ascend; arrays are parallel.
 */
public final class SiteMap {
  private final int[] checkOffsets;
  private final int[] functions;
  private final int[] originalOffsets;

  /**
   * @param checkOffsets offset of each site's check in the transformed module, ascending
   * @param functions the function that holds the site, in the original's function index space
   * @param originalOffsets offset of the call in the original module
   */
  SiteMap(int[] checkOffsets, int[] functions, int[] originalOffsets) {
    this.checkOffsets = checkOffsets;
    this.functions = functions;
    this.originalOffsets = originalOffsets;
  }

  /** Number of sites; they are numbered from 0. */
  public int size() {
    return checkOffsets.length;
  }

  /** The site whose check lies at this offset of the transformed module, or a negative number. */
  public int siteAtCheck(int offset) {
    return Arrays.binarySearch(checkOffsets, offset);
  }

  /** Offset of the site's check in the transformed module. */
  public int checkOffset(int site) {
    return checkOffsets[site];
  }

  /** The function that holds the site, in the original module's index space. */
  public int function(int site) {
    return functions[site];
  }

  /** Offset of the site's call in the original module. */
  public int originalOffset(int site) {
    return originalOffsets[site];
  }
}
