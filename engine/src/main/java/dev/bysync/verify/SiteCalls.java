package dev.bysync.verify;

import dev.bysync.asyncify.OffsetMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;

/** Where the calls of sites are in the transformed module. */
final class SiteCalls {
  private final long[] calls;

  /**
   * Finds them.
   *
   * @param offsets where the original's instructions went
   */
  SiteCalls(SiteMap sites, OffsetMap offsets) {
    long[] byOffset = new long[sites.size()];
    for (int site = 0; site < byOffset.length; site++) {
      byOffset[site] = (long) sites.originalOffset(site) << 32 | site;
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
    calls = new long[found.size()];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = (long) found.get(i) << 32 | foundSites.get(i);
    }
    Arrays.sort(calls);
  }

  /** The site whose call is at an offset of the transformed module, or -1. */
  int siteAt(int offset) {
    int at = Arrays.binarySearch(calls, (long) offset << 32);
    int call = at < 0 ? -1 - at : at;
    return call < calls.length && (int) (calls[call] >>> 32) == offset ? (int) calls[call] : -1;
  }
}
