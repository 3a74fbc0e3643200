package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Suspensions made and resumed over all runs, and the sites they went through. */
final class Tally {
  private final @Nullable SiteMap sites;
  private final BitSet unwinding = new BitSet();
  private final BitSet resumed = new BitSet();
  private final Set<Reproducer.Site> last = new LinkedHashSet<>();
  private final @Nullable Consumer<ReplayEvent> events;
  private SuspensionCost cost = SuspensionCost.NONE;
  private long suspensions;
  private long since;
  private long stackBytes;

  /**
   * Counts.
   *
   * @param sites where the module can suspend; null if not known
   * @param events told what happens; null if nobody asks
   */
  Tally(@Nullable SiteMap sites, @Nullable Consumer<ReplayEvent> events) {
    this.sites = sites;
    this.events = events;
  }

  static Tally of(@Nullable SiteMap sites) {
    return new Tally(sites, null);
  }

  /** Tells what happens; what there is to tell is made only if somebody asks. */
  void tell(Supplier<ReplayEvent> event) {
    if (events != null) {
      events.accept(event.get());
    }
  }

  /** A suspension begins, at so many instructions. */
  void suspended(long fuelUsed) {
    unwinding.clear();
    last.clear();
    since = fuelUsed;
  }

  /** The frames of the last suspension are written. */
  void unwound(long bytes) {
    stackBytes = bytes;
  }

  /** The sites of the last suspension, innermost first; a recursive one counts once. */
  List<Reproducer.Site> lastSites() {
    return new ArrayList<>(last);
  }

  /** An instruction at this offset is executed while the module unwinds. */
  void passed(int offset) {
    if (sites != null) {
      int site = sites.siteAtCheck(offset);
      if (site >= 0) {
        unwinding.set(site);
        last.add(new Reproducer.Site(sites.function(site), sites.originalOffset(site)));
      }
    }
  }

  /** The last suspension was resumed, at so many instructions. */
  void resumed(long fuelUsed) {
    suspensions++;
    cost = cost.plus(fuelUsed - since, stackBytes);
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
        suspensions,
        cost,
        Coverage.Probe.NONE);
  }
}
