package dev.bysync.asyncify;

import java.util.Arrays;

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

  /**
   * @param checkOffsets byte offset of each check in the transformed module, ascending
   * @param checkSites the site of each check
   * @param functions the function that holds each site, in the original's function index space
   * @param originalOffsets byte offset of each site's call in the original module
   */
  SiteMap(int[] checkOffsets, int[] checkSites, int[] functions, int[] originalOffsets) {
    this.checkOffsets = checkOffsets;
    this.checkSites = checkSites;
    this.functions = functions;
    this.originalOffsets = originalOffsets;
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

  /** The function that holds the site, in the original module's index space. */
  public int function(int site) {
    return functions[site];
  }

  /** Offset of the site's call in the original module. */
  public int originalOffset(int site) {
    return originalOffsets[site];
  }
}
