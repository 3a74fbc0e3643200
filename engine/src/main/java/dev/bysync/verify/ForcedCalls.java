package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls of sites suspend that would not by themselves. When the transformed module comes to a
 * site for the first, second, fourth ... time, its callee is not entered; instead the host does
 * what a callee that suspends does: it starts the unwinding, and zeros are returned. The export is
 * called again, and when the module is back at the site in the same depth, the call is made with
 * the arguments of the first arrival. So every site that a program executes is suspended in a whole
 * stack, with all that really lies below it.
 */
final class ForcedCalls implements Machine.Interceptor {
  /** Suspensions of one verification, at most. */
  private static final int MAX = 3_000;

  /** About what it takes to unwind and to rewind a frame, instructions. */
  private static final long FRAME_FUEL = 1_000;

  private final SiteCalls calls;
  private final SuspensionRule rule;
  private final int[] arrivals;

  /** What is to be suspended, by the call of the export; null where arrivals decide. */
  private final @Nullable List<List<Trial.Forced>> wanted;

  private int left = MAX;
  private long end;

  // of the session under way
  private @Nullable SuspendingHost hostUnderWay;
  private @Nullable Machine machineUnderWay;
  private List<List<Trial.Forced>> made = new ArrayList<>();
  private SiteArrivals order = new SiteArrivals();

  // of the call of an export under way
  private final Map<Integer, Integer> arrivalsInStep = new HashMap<>();

  // of the suspension under way
  private int site = -1;
  private int depth;

  private ForcedCalls(
      SiteCalls calls, SuspensionRule rule, @Nullable List<List<Trial.Forced>> wanted) {
    this.calls = calls;
    this.rule = rule;
    this.wanted = wanted;
    arrivals = new int[calls.size()];
  }

  /**
   * At the first, second, fourth ... arrival at each site that is matched, where it may suspend.
   */
  static ForcedCalls atArrivals(SiteCalls calls, SuspensionRule rule) {
    return new ForcedCalls(calls, rule, null);
  }

  /** At these arrivals, for each call of an export in one session. */
  static ForcedCalls at(List<List<Trial.Forced>> wanted, SiteCalls calls) {
    return new ForcedCalls(calls, SuspensionRule.ANY, wanted);
  }

  /** The suspensions that follow are made in another instance. */
  void attach(SuspendingHost nextHost, Machine next) {
    hostUnderWay = nextHost;
    machineUnderWay = next;
    site = -1;
    made = new ArrayList<>();
    order = new SiteArrivals();
    next.intercept(this);
  }

  /** What was suspended in this instance, for each call of an export. */
  List<List<Trial.Forced>> made() {
    return made;
  }

  /** The calls of sites that this instance has made. */
  SiteArrivals order() {
    return order;
  }

  private SuspendingHost host() {
    return Objects.requireNonNull(hostUnderWay);
  }

  private Machine machine() {
    return Objects.requireNonNull(machineUnderWay);
  }

  @Override
  public Answer call(int offset, int callDepth) {
    int arrived = calls.siteAt(offset);
    if (arrived < 0) {
      return Answer.MAKE;
    }
    if (host().isRewinding()) {
      if (arrived != site || callDepth != depth) {
        return Answer.MAKE;
      }
      site = -1;
      host().resumeForced();
      return Answer.MAKE_UP;
    }
    if (host().isUnwinding() || machine().nesting() != 1 || !calls.isMatched(arrived)) {
      return Answer.MAKE;
    }
    order.add(arrived);
    int inStep = arrivalsInStep.merge(arrived, 1, Integer::sum) - 1;
    Trial.Forced forced = new Trial.Forced(calls.site(arrived), inStep);
    if (!isWanted(arrived, callDepth, forced)) {
      return Answer.MAKE;
    }
    ReplayEvent.Forced event = new ReplayEvent.Forced(forced.site(), offset, inStep);
    if (!host().suspendForced(event, passage -> passThrough(arrived, passage))) {
      return Answer.MAKE;
    }
    left--;
    made.get(made.size() - 1).add(forced);
    site = arrived;
    depth = callDepth;
    return Answer.PUT_OFF;
  }

  /** An export is called; its suspensions may take so many instructions. */
  void begin(long instructions) {
    end = machine().fuelUsed() + instructions;
    arrivalsInStep.clear();
    made.add(new ArrayList<>());
  }

  private boolean isWanted(int arrived, int callDepth, Trial.Forced forced) {
    if (wanted != null) {
      return made.size() <= wanted.size() && wanted.get(made.size() - 1).contains(forced);
    }
    int count = ++arrivals[arrived];
    return left > 0
        && Integer.bitCount(count) == 1
        && machine().fuelUsed() + (callDepth + 1L) * FRAME_FUEL < end
        && mayPass(arrived)
        && allMayPass();
  }

  private boolean mayPass(int passed) {
    return rule.mayPass(calls.function(passed), calls.originalOffset(passed));
  }

  /** Whether each call under way is a site that may be suspended. */
  private boolean allMayPass() {
    if (!rule.isOfCalls()) {
      return true;
    }
    boolean[] may = {true};
    machine()
        .calls(
            (function, offset) -> {
              int passed = calls.siteAt(offset);
              may[0] &= passed >= 0 && calls.isMatched(passed) && mayPass(passed);
            });
    return may[0];
  }

  private void passThrough(int innermost, Tally.Passage passage) {
    passage.pass(innermost, calls);
    passage.passAll(machine(), calls);
  }
}
