package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.machine.Machine;
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
  private final SiteMap sites;
  private final SuspensionRule rule;
  private final int[] arrivals;
  private int left = MAX;
  private long end;

  // of the session under way
  private @Nullable SuspendingHost hostUnderWay;
  private @Nullable Machine machineUnderWay;

  // of the suspension under way
  private int site = -1;
  private int depth;

  ForcedCalls(SiteCalls calls, SiteMap sites, SuspensionRule rule) {
    this.calls = calls;
    this.sites = sites;
    this.rule = rule;
    arrivals = new int[sites.size()];
  }

  /** The suspensions that follow are made in another instance. */
  void attach(SuspendingHost nextHost, Machine next) {
    hostUnderWay = nextHost;
    machineUnderWay = next;
    site = -1;
    next.intercept(this);
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
    if (host().isUnwinding() || machine().nesting() != 1 || !isWanted(arrived, callDepth)) {
      return Answer.MAKE;
    }
    if (!host().suspendForced(describe(arrived), passage -> passThrough(arrived, passage))) {
      return Answer.MAKE;
    }
    left--;
    site = arrived;
    depth = callDepth;
    return Answer.PUT_OFF;
  }

  private String describe(int forced) {
    return "the call at offset 0x%x of function %d"
        .formatted(sites.originalOffset(forced), sites.function(forced));
  }

  /** The suspensions of the call that follows may take so many instructions. */
  void allow(long instructions) {
    end = machine().fuelUsed() + instructions;
  }

  private boolean isWanted(int arrived, int callDepth) {
    int count = ++arrivals[arrived];
    return left > 0
        && Integer.bitCount(count) == 1
        && machine().fuelUsed() + (callDepth + 1L) * FRAME_FUEL < end
        && mayPass(arrived)
        && allMayPass();
  }

  private boolean mayPass(int passed) {
    return rule.mayPass(sites.function(passed), sites.originalOffset(passed));
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
              may[0] &= passed >= 0 && mayPass(passed);
            });
    return may[0];
  }

  private void passThrough(int innermost, Tally.Passage passage) {
    passage.pass(innermost, sites);
    machine()
        .calls(
            (function, offset) -> {
              int passed = calls.siteAt(offset);
              if (passed >= 0) {
                passage.pass(passed, sites);
              }
            });
  }
}
