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

  ExportCalls(Machine machine, SuspendingHost host, Tally tally) {
    this.machine = machine;
    this.host = host;
    this.tally = tally;
  }

  /** Calls an export, and again after each suspension, until it really ends. */
  Outcome call(Session.Step step) throws Difference {
    Outcome outcome = begin(step);
    while (host.isUnwinding()) {
      if (outcome instanceof Outcome.Trapped trap) {
        return lost(step, trap);
      }
      outcome = resume(step, stop(step));
    }
    return outcome;
  }

  /** Calls an export, up to its end or to its first suspension: then the host is unwinding. */
  Outcome begin(Session.Step step) {
    Script.Call call = call(step.call());
    Outcome outcome = machine.call(call.export().name(), call.args().clone());
    machine.watch(null);
    return outcome;
  }

  /** The stack has been unwound: stops that. */
  SuspendingHost.Suspended stop(Session.Step step) throws Difference {
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
  Outcome resume(Session.Step step, SuspendingHost.Suspended suspended) throws Difference {
    Region region = suspended.region();
    tally.rewinding(suspended.passage(), machine.fuelUsed());
    control(step, "asyncify_start_rewind", new long[] {region.address()});
    expectState(step, 2);
    host.rewind(suspended);
    tally.tell(() -> new ReplayEvent.Rewinding(region.position()));
    Outcome outcome = begin(step);
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

  /** What a trap while unwinding means. */
  Outcome lost(Session.Step step, Outcome.Trapped trap) throws Difference {
    Region region = host.current().region();
    if (region.isFull()) {
      return new Outcome.Trapped(TrapKind.MEMORY_LIMIT, "the asyncify stack is too small");
    }
    if (!trap.kind().isLimit() && host.difference().isEmpty()) {
      String room = region.room() == Region.AMPLE ? "" : ", in a stack as large as its frames are";
      throw Replay.differs(step, "while unwinding it traps: " + trap.detail() + room);
    }
    return trap;
  }

  private void expectState(Session.Step step, int expected) throws Difference {
    long[] result = control(step, "asyncify_get_state", NO_ARGS);
    if (result.length != 1 || (int) result[0] != expected) {
      throw Replay.differs(
          step, "asyncify_get_state is " + Arrays.toString(result) + ", should be " + expected);
    }
  }

  private long[] control(Session.Step step, String export, long[] args) throws Difference {
    Outcome outcome = machine.call(export, args);
    if (outcome instanceof Outcome.Returned returned) {
      return returned.results();
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
