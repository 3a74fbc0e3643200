package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Suspensions made and resumed over all runs, and the sites they went through. */
final class Tally {
  private final @Nullable SiteMap sites;
  private final BitSet unwinding = new BitSet();
  private final BitSet resumed = new BitSet();
  private long suspensions;

  Tally(@Nullable SiteMap sites) {
    this.sites = sites;
  }

  /** An instruction at this offset is executed while the module unwinds. */
  void passed(int offset) {
    if (sites != null) {
      int site = sites.siteAtCheck(offset);
      if (site >= 0) {
        unwinding.set(site);
      }
    }
  }

  /** The last suspension was resumed. */
  void resumed() {
    suspensions++;
    resumed.or(unwinding);
    unwinding.clear();
  }

  /** The last suspension was not resumed. */
  void lost() {
    unwinding.clear();
  }

  long suspensions() {
    return suspensions;
  }

  Coverage coverage(Baseline baseline) {
    return new Coverage(
        sites == null ? 0 : sites.size(),
        resumed.cardinality(),
        baseline.exportsRun(),
        baseline.hostCalls(),
        suspensions);
  }
}
