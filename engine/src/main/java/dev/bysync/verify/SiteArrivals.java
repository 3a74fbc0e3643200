package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.wasm.module.IntArray;
import java.util.HashMap;
import java.util.Map;

/** The calls of sites that an instance makes, in order: what tells where two of them part. */
final class SiteArrivals {
  /** Noted in one instance, at most. */
  private static final int MAX = 1 << 20;

  private final IntArray sites = new IntArray();

  /** A call of a site is about to be made. */
  void add(int site) {
    if (sites.size() < MAX) {
      sites.add(site);
    }
  }

  /** Notes what an instance of the original does from now on. */
  void note(Machine original, SiteCalls calls) {
    Map<Integer, Integer> byOffset = new HashMap<>();
    for (int site = 0; site < calls.size(); site++) {
      if (calls.isMatched(site)) {
        byOffset.put(calls.originalOffset(site), site);
      }
    }
    original.intercept(
        (offset, depth) -> {
          Integer site = byOffset.get(offset);
          if (site != null && original.nesting() == 1) {
            add(site);
          }
          return Machine.Interceptor.Answer.MAKE;
        });
  }

  /** Where this one, which is the original's, and the output's part. */
  ReplayEvent.Parted part(SiteArrivals output, SiteCalls calls) {
    int same = 0;
    while (same < sites.size()
        && same < output.sites.size()
        && sites.get(same) == output.sites.get(same)) {
      same++;
    }
    return new ReplayEvent.Parted(
        same,
        same < sites.size() ? calls.site(sites.get(same)) : null,
        same < output.sites.size() ? calls.site(output.sites.get(same)) : null);
  }
}
