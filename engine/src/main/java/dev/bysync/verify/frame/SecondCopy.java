package dev.bysync.verify.frame;

import java.util.BitSet;

/**
 * What of a split body was gone in the copy that its frames are resumed in. The copy has code of
 * its own behind each site, and at the sites that come then.
 */
final class SecondCopy {
  private final FramePair pair;

  /** Ways of branches that it went. */
  private final BitSet edges = new BitSet();

  /** Rows of sites behind which it went on. */
  private final BitSet passed = new BitSet();

  /** By site of the function: how often it was suspended there. */
  private final int[] suspensions;

  private boolean isThere;
  private boolean isMissing;

  SecondCopy(FramePair pair) {
    this.pair = pair;
    suspensions = new int[pair.siteCount()];
  }

  /** Whether frames come back in another copy, as far as is known. */
  boolean isThere() {
    return isThere;
  }

  /** A frame came back in another copy. */
  void found() {
    isThere = true;
  }

  /** A path begins on which frames don't stay in it. */
  void begin() {
    isMissing = false;
  }

  /** Whether it has not done all that came on the path behind its first site. */
  boolean isMissing() {
    return isThere && isMissing;
  }

  /** A way was gone behind a site; -1 is none. */
  void gone(int edge, boolean inIt) {
    if (edge >= 0 && inIt) {
      edges.set(edge);
    } else if (edge >= 0) {
      isMissing |= !edges.get(edge);
    }
  }

  /** The output goes on behind a site, and it has come to another before or not. */
  void passed(int row, int site, boolean inIt, boolean isBehindSite) {
    if (inIt) {
      passed.set(row);
    } else if (isThere) {
      isMissing |= !passed.get(row) || (isBehindSite && isUnsuspended(site));
    }
  }

  /** It is at a site; gives how often it was before. */
  int arrivals(int site) {
    return suspensions[site - pair.firstSite()]++;
  }

  private boolean isUnsuspended(int site) {
    return suspensions[site - pair.firstSite()] == 0;
  }

  /** Whether it has not gone on behind the site at a row, or was not suspended there. */
  boolean isMissing(int row) {
    int site = pair.siteAt(row);
    return site >= 0 && (!passed.get(row) || isUnsuspended(site));
  }

  /** Whether it has not gone a way. */
  boolean isMissingEdge(int edge) {
    return !edges.get(edge);
  }

  /** One path is enough for a way, whatever comes of it. */
  void tried(int edge) {
    edges.set(edge);
  }
}
