package dev.bysync.verify.frame;

import dev.bysync.asyncify.SiteMap;
import java.util.Arrays;
import java.util.BitSet;

/** One function, original and output, with the sites in it. */
final class FramePair {
  final FrameCode code;
  final FrameCode output;
  final Paths paths;
  final Rethrows rethrows;

  /** Rows of the original that are sites. */
  final BitSet siteRows = new BitSet();

  private final SiteMap sites;
  private final int firstSite;
  private final int lastSite;

  /** By row of the original: the site, or -1. */
  private final int[] siteOf;

  /**
   * @param from the function's first site
   * @param to behind its last
   */
  FramePair(FrameCode code, FrameCode output, Paths paths, SiteMap sites, int from, int to) {
    this.code = code;
    this.output = output;
    this.paths = paths;
    this.sites = sites;
    rethrows = new Rethrows(code, paths);
    firstSite = from;
    lastSite = to;
    siteOf = new int[code.size];
    Arrays.fill(siteOf, -1);
    for (int site = from; site < to; site++) {
      int row = rowOf(site);
      if (row >= 0) {
        siteOf[row] = site;
        siteRows.set(row);
      }
    }
  }

  int firstSite() {
    return firstSite;
  }

  /** Behind its last site. */
  int lastSite() {
    return lastSite;
  }

  int siteCount() {
    return lastSite - firstSite;
  }

  /** The row of a site in the original; -1 if it lies in code that validation skips as dead. */
  int rowOf(int site) {
    return code.rowAt(sites.originalOffset(site));
  }

  /** The site at a row of the original, or -1. */
  int siteAt(int row) {
    return siteOf[row];
  }
}
