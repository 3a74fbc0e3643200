package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.machine.Machine;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Suspensions made and resumed over all runs, and the sites they went through. */
final class Tally {
  private final @Nullable SiteMap sites;
  private final @Nullable SiteCalls calls;
  private final BitSet resumed = new BitSet();
  private final BitSet forced = new BitSet();
  private final @Nullable Consumer<ReplayEvent> events;
  private final Map<Schedule.Kind, Long> byKind = new EnumMap<>(Schedule.Kind.class);
  private Schedule.Kind kind = Schedule.Kind.NONE;
  private SuspensionCost cost = SuspensionCost.NONE;
  private Passage last = new Passage();
  private long suspensions;
  private long visits;
  private long reordered;
  private long overflows;
  private long tooDeepNeed = Long.MAX_VALUE;
  private final Set<Long> leftOut = new HashSet<>();

  /** One suspension on its way: what it cost so far, and the sites it went through. */
  static final class Passage {
    private final BitSet unwinding = new BitSet();
    private final Set<Reproducer.Site> sites = new LinkedHashSet<>();
    private long since;
    private long fuel;
    private long stackBytes;

    /** It goes through a site. */
    void pass(int site, SiteCalls calls) {
      unwinding.set(site);
      if (calls.isMatched(site)) {
        sites.add(calls.site(site));
      }
    }

    /** It goes through the sites of all calls that are under way. */
    void passAll(Machine machine, SiteCalls calls) {
      machine.calls(
          (function, offset) -> {
            int site = calls.siteAt(offset);
            if (site >= 0) {
              pass(site, calls);
            }
          });
    }

    private void pass(int site, SiteMap map) {
      unwinding.set(site);
      sites.add(new Reproducer.Site(map.function(site), map.originalOffset(site)));
    }
  }

  /**
   * Counts.
   *
   * @param sites where the module can suspend; null if not known
   * @param calls the same as calls; null if not known
   * @param events told what happens; null if nobody asks
   */
  Tally(
      @Nullable SiteMap sites, @Nullable SiteCalls calls, @Nullable Consumer<ReplayEvent> events) {
    this.sites = sites;
    this.calls = calls;
    this.events = events;
  }

  static Tally of(@Nullable SiteMap sites) {
    return new Tally(sites, null, null);
  }

  /** Tells what happens; what there is to tell is made only if somebody asks. */
  void tell(Supplier<ReplayEvent> event) {
    if (events != null) {
      events.accept(event.get());
    }
  }

  /** What the suspensions that follow belong to. */
  void begin(Schedule.Kind schedule) {
    kind = schedule;
  }

  /** A suspension begins, at so many instructions. */
  Passage suspended(long fuelUsed) {
    Passage passage = new Passage();
    passage.since = fuelUsed;
    last = passage;
    return passage;
  }

  /** The stack is put away, its frames having so many bytes. */
  void unwound(Passage passage, long bytes, long fuelUsed) {
    passage.stackBytes = bytes;
    passage.fuel = fuelUsed - passage.since;
  }

  /** The stack is about to be rewound. */
  void rewinding(Passage passage, long fuelUsed) {
    passage.since = fuelUsed;
  }

  /** The sites of the last suspension, innermost first; a recursive one counts once. */
  List<Reproducer.Site> lastSites() {
    return new ArrayList<>(last.sites);
  }

  /** Whether {@link #passed} is to be told of instructions. */
  boolean watches() {
    return sites != null;
  }

  /** A call of the host suspends: where instructions tell no sites, the calls under way do. */
  void suspendsUnder(Passage passage, Machine machine) {
    if (sites == null && calls != null) {
      passage.passAll(machine, calls);
    }
  }

  /** Whether {@link #passed} is told of each frame before it is written. */
  boolean knowsFrames() {
    return sites != null && sites.frames() == SiteMap.Frames.AT_SITES;
  }

  /**
   * An instruction at this offset is executed while the module unwinds; returns whether it is the
   * check of a site, after which the function's frame is written.
   */
  boolean passed(Passage passage, int offset) {
    int site = sites == null ? -1 : sites.siteAtCheck(offset);
    if (sites == null || site < 0) {
      return false;
    }
    passage.pass(site, sites);
    return true;
  }

  /** A suspension was resumed, at so many instructions. */
  void resumed(Passage passage, long fuelUsed) {
    suspensions++;
    byKind.merge(kind, 1L, Long::sum);
    cost = cost.plus(passage.fuel + fuelUsed - passage.since, passage.stackBytes);
    (kind == Schedule.Kind.FORCED ? forced : resumed).or(passage.unwinding);
  }

  /** A call was made, and ended, while a stack was put away. */
  void visited() {
    visits++;
  }

  /** A stack was resumed while one that was suspended later was still put away. */
  void reordered() {
    reordered++;
  }

  /** A stack that was too small was found to be so. */
  void overflowed() {
    overflows++;
  }

  /** Frames that take so much at most did not fit into all the room there is. */
  void tooDeep(StackNeed need) {
    tooDeepNeed = Math.min(tooDeepNeed, need.bytes());
  }

  /** Whether frames that took no more than these have not fit. */
  boolean isTooDeep(StackNeed need) {
    return need.isKnown() && need.bytes() >= tooDeepNeed;
  }

  /** The least that was too deep: lower after each one that was found. */
  long tooDeepNeed() {
    return tooDeepNeed;
  }

  /** A call of the host, told by a number, was not suspended, for its frames would not fit. */
  void leftOut(long call) {
    leftOut.add(call);
  }

  /** Calls of the host that were not suspended, for their frames would not fit. */
  int callsLeftOut() {
    return leftOut.size();
  }

  long suspensions() {
    return suspensions;
  }

  /** Sites that were suspended since a call was made to suspend, and resumed. */
  BitSet forced() {
    return (BitSet) forced.clone();
  }

  /** Sites that were suspended at calls of the host, and resumed. */
  BitSet resumed() {
    return (BitSet) resumed.clone();
  }

  Coverage coverage(Baseline baseline) {
    int count = sites != null ? sites.size() : calls != null ? calls.size() : 0;
    return new Coverage(
        count,
        count,
        0,
        resumed.cardinality(),
        new Coverage.Ladders(resumed.cardinality(), 0, 0, 0),
        0,
        baseline.exportsRun(),
        baseline.hostCalls(),
        suspensions,
        0,
        0,
        cost,
        new Coverage.Schedules(
            byKind.getOrDefault(Schedule.Kind.RANDOM, 0L),
            byKind.getOrDefault(Schedule.Kind.ALONE, 0L),
            visits,
            reordered,
            overflows));
  }
}
