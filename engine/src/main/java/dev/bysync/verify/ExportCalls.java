package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.TrapKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Calls exports of a transformed instance, and the control functions around suspensions: unwinds,
 * and calls the export again to rewind.
 */
final class ExportCalls {
  private static final long[] NO_ARGS = {};

  private final Machine machine;
  private final SuspendingHost host;
  private final Tally tally;
  private final long seed;
  private long rewinds;

  /**
   * @param seed decides what arguments exports are called with to rewind
   */
  ExportCalls(Machine machine, SuspendingHost host, Tally tally, long seed) {
    this.seed = seed;
    this.machine = machine;
    this.host = host;
    this.tally = tally;
  }

  /** Calls an export, and again after each suspension, until it really ends. */
  Outcome call(Session.Step step) throws Difference {
    Outcome outcome = begin(step);
    try {
      while (host.isUnwinding()) {
        if (outcome instanceof Outcome.Trapped trap) {
          return lost(step, trap);
        }
        outcome = resume(step, stop(step));
      }
    } catch (LimitReached e) {
      return e.trap();
    }
    return outcome;
  }

  /** Calls an export, up to its end or to its first suspension: then the host is unwinding. */
  Outcome begin(Session.Step step) {
    return begin(step, call(step.call()).args().clone());
  }

  private Outcome begin(Session.Step step, long[] args) {
    Outcome outcome = machine.call(call(step.call()).export().name(), args);
    machine.watch(null);
    return outcome;
  }

  /** The stack has been unwound: stops that. */
  SuspendingHost.Suspended stop(Session.Step step) throws Difference, LimitReached {
    SuspendingHost.Suspended suspended = host.unwound();
    Region region = suspended.region();
    tally.tell(() -> new ReplayEvent.Unwound(region.position(), region.used(), tally.lastSites()));
    expectState(step, 1);
    control(step, "asyncify_stop_unwind", NO_ARGS);
    expectState(step, 0);
    host.note(suspended);
    tally.unwound(suspended.passage(), region.used(), machine.fuelUsed());
    return suspended;
  }

  /** Rewinds what was suspended and goes on, as {@link #begin} does. */
  Outcome resume(Session.Step step, SuspendingHost.Suspended suspended)
      throws Difference, LimitReached {
    Region region = suspended.region();
    tally.rewinding(suspended.passage(), machine.fuelUsed());
    control(step, "asyncify_start_rewind", new long[] {region.address()});
    expectState(step, 2);
    host.rewind(suspended);
    tally.tell(() -> new ReplayEvent.Rewinding(region.position()));
    long random = Draw.mix(Draw.mix(seed, suspended.call()), rewinds++);
    Outcome outcome = begin(step, RewindArguments.of(call(step.call()), random));
    if (host.isRewinding() && host.difference().isEmpty()) {
      if (outcome instanceof Outcome.Trapped trap) {
        if (trap.kind().isLimit()) {
          return outcome;
        }
        throw Replay.differs(step, "while rewinding it traps: " + trap.detail());
      }
      throw Replay.differs(step, "on rewinding it returns without calling the host again");
    }
    return outcome;
  }

  /**
   * What a trap while unwinding means: a difference, but where a limit came first, or the stack has
   * really been filled.
   */
  Outcome lost(Session.Step step, Outcome.Trapped trap) throws Difference {
    if (trap.kind().isLimit() || !host.difference().isEmpty()) {
      return trap;
    }
    Region region = host.current().region();
    boolean mayBeOverflow =
        trap.kind() == TrapKind.UNREACHABLE || trap.kind() == TrapKind.MEMORY_BOUNDS;
    if (mayBeOverflow && region.isFilled()) {
      host.tooDeep();
      return new Outcome.Trapped(TrapKind.NO_STACK, "there is no room for the asyncify stack");
    }
    String room =
        region.room() != Region.AMPLE
            ? ", in a stack as large as its frames are"
            : region.isOverflown() ? ", pos being past end in a stack with room left" : "";
    throw Replay.differs(step, "while unwinding it traps: " + trap.detail() + room);
  }

  private void expectState(Session.Step step, int expected) throws Difference, LimitReached {
    long[] result = control(step, "asyncify_get_state", NO_ARGS);
    if (result.length != 1 || (int) result[0] != expected) {
      throw Replay.differs(
          step, "asyncify_get_state is " + Arrays.toString(result) + ", should be " + expected);
    }
  }

  private long[] control(Session.Step step, String export, long[] args)
      throws Difference, LimitReached {
    Outcome outcome = machine.call(export, args);
    if (outcome instanceof Outcome.Returned returned) {
      return returned.results();
    }
    if (outcome instanceof Outcome.Trapped trap && trap.kind().isLimit()) {
      throw new LimitReached(trap);
    }
    throw Replay.differs(step, export + " traps: " + outcome);
  }

  /** The call of a step that is one. */
  static Script.Call call(Script.@Nullable Call call) {
    if (call == null) {
      throw new IllegalArgumentException("the making of an instance is not a call");
    }
    return call;
  }
}
