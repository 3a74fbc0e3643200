package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import java.util.Arrays;
import java.util.List;

/** Runs the transformed module through what the original did, suspending by a schedule. */
final class Replay {
  /** A call may take this many times the original's instructions, and this many more. */
  private static final int FUEL_FACTOR = 16;

  private static final long FUEL_BASE = 200_000;
  private static final long FUEL_SUSPENSION = 2_000_000;
  private static final long[] NO_ARGS = {};

  private final Program transformed;
  private final Shape original;
  private final List<Session> sessions;
  private final StackMemory stackMemory;
  private final Tally tally;
  private final long seed;
  private long work;
  private long fuelOriginal;
  private long fuelTransformed;
  private String stopped = "";

  /**
   * @param transformed what to run
   * @param original shape of the original
   * @param sessions what the original did
   * @param tally where to count suspensions
   * @param seed the seed that the original was run with
   * @param work instructions that all replays together may execute
   * @param memory the export of the memory that holds asyncify's stack, or empty
   */
  Replay(
      Program transformed,
      Shape original,
      List<Session> sessions,
      Tally tally,
      long seed,
      long work,
      String memory) {
    this.transformed = transformed;
    this.original = original;
    this.sessions = sessions;
    this.tally = tally;
    this.seed = seed;
    this.work = work;
    stackMemory = StackMemory.of(transformed.shape(), memory);
  }

  /** Instructions that may still be executed. */
  long workLeft() {
    return work;
  }

  /** Instructions of the original in those steps that were compared from beginning to end. */
  long fuelOriginal() {
    return fuelOriginal;
  }

  /** Instructions of the transformed module in the same steps. */
  long fuelTransformed() {
    return fuelTransformed;
  }

  /** Why the last comparison that ended early did, for people, or an empty string. */
  String stopped() {
    return stopped;
  }

  /**
   * Runs all sessions, or those that suspend anything.
   *
   * @throws Difference if original and transformed module differ
   */
  void run(Schedule schedule, boolean idleToo) throws Difference {
    fuelOriginal = 0;
    fuelTransformed = 0;
    for (int i = 0; i < sessions.size(); i++) {
      if (work > 0 && (idleToo || !schedule.isIdle(i))) {
        Session session = sessions.get(i);
        SuspendingHost host =
            new SuspendingHost(session, schedule.times().get(i), original, stackMemory, tally);
        replay(session, host, schedule.times().get(i));
      }
    }
  }

  private void replay(Session session, SuspendingHost host, byte[] times) throws Difference {
    Session.Step start = session.start();
    if (start.isCut()) {
      return;
    }
    host.begin(start);
    tally.tell(() -> new ReplayEvent.Called(-1, start.show()));
    long limit = limit(start, times);
    Program.Instantiation made = transformed.instantiate(host, limit);
    Machine machine = made.machine();
    work -= machine.fuelUsed();
    tally.tell(() -> new ReplayEvent.Ended(-1, show(made.outcome())));
    if (!compare(start, made.outcome(), host, limit)) {
      return;
    }
    count(start, machine.fuelUsed());
    if (!(made.outcome() instanceof Outcome.Returned)) {
      return;
    }
    compareSize(start, machine);
    for (int i = 0; i < session.steps().size(); i++) {
      Session.Step step = session.steps().get(i);
      if ((step.isCut() && step.from() == step.to()) || work <= 0) {
        return;
      }
      int number = i;
      tally.tell(() -> new ReplayEvent.Called(number, step.show()));
      if (!step(number, step, machine, host, times)) {
        return;
      }
    }
    EndState end = session.end();
    if (end != null) {
      String difference = end.difference(EndState.of(machine, original), original);
      if (!difference.isEmpty()) {
        throw new Difference("after all calls: " + difference);
      }
    }
  }

  private boolean step(
      int number, Session.Step step, Machine machine, SuspendingHost host, byte[] times)
      throws Difference {
    host.begin(step);
    long limit = limit(step, times);
    machine.fuelLimit(limit);
    long before = machine.fuelUsed();
    Outcome outcome = call(step, machine, host);
    machine.watch(null);
    long used = machine.fuelUsed() - before;
    work -= used;
    tally.tell(() -> new ReplayEvent.Ended(number, show(outcome)));
    boolean go = compare(step, outcome, host, limit);
    if (go) {
      compareSize(step, machine);
      count(step, used);
      if (step.call() != null && outcome instanceof Outcome.Returned returned) {
        Gift.give(machine, original, step.call(), returned.results(), seed);
      }
    }
    return go;
  }

  private long limit(Session.Step step, byte[] times) {
    long limit = step.fuel() * FUEL_FACTOR + FUEL_BASE;
    for (int i = step.from(); i < step.to(); i++) {
      limit += times[i] * FUEL_SUSPENSION;
    }
    return Math.max(0, Math.min(limit, work));
  }

  private void count(Session.Step step, long used) {
    fuelOriginal += step.fuel();
    fuelTransformed += used;
  }

  /** Calls an export, and again after each suspension, until it really ends. */
  private Outcome call(Session.Step step, Machine machine, SuspendingHost host) throws Difference {
    Script.Call call = step.call();
    if (call == null) {
      throw new IllegalArgumentException("the making of an instance is not a call");
    }
    String export = call.export().name();
    Outcome outcome = machine.call(export, call.args().clone());
    while (host.isUnwinding()) {
      machine.watch(null);
      if (outcome instanceof Outcome.Trapped trap) {
        tally.lost();
        if (host.region().isFull()) {
          return new Outcome.Trapped(TrapKind.MEMORY_LIMIT, "the asyncify stack is too small");
        }
        if (!trap.kind().isLimit() && host.difference().isEmpty()) {
          throw differs(step, "while unwinding it traps: " + trap.detail());
        }
        return outcome;
      }
      Region region = host.region();
      tally.unwound(region.used());
      tally.tell(
          () -> new ReplayEvent.Unwound(region.position(), region.used(), tally.lastSites()));
      expectState(step, machine, 1);
      control(step, machine, "asyncify_stop_unwind", NO_ARGS);
      expectState(step, machine, 0);
      control(step, machine, "asyncify_start_rewind", new long[] {host.region().address()});
      expectState(step, machine, 2);
      host.rewind();
      tally.tell(() -> new ReplayEvent.Rewinding(region.position()));
      outcome = machine.call(export, call.args().clone());
      if (host.isRewinding() && host.difference().isEmpty()) {
        if (outcome instanceof Outcome.Trapped trap) {
          if (trap.kind().isLimit()) {
            return outcome;
          }
          throw differs(step, "while rewinding it traps: " + trap.detail());
        }
        throw differs(step, "on rewinding it returns without calling the host again");
      }
    }
    return outcome;
  }

  private void expectState(Session.Step step, Machine machine, int expected) throws Difference {
    long[] result = control(step, machine, "asyncify_get_state", NO_ARGS);
    if (result.length != 1 || (int) result[0] != expected) {
      throw differs(
          step, "asyncify_get_state is " + Arrays.toString(result) + ", should be " + expected);
    }
  }

  private long[] control(Session.Step step, Machine machine, String export, long[] args)
      throws Difference {
    Outcome outcome = machine.call(export, args);
    if (outcome instanceof Outcome.Returned returned) {
      return returned.results();
    }
    throw differs(step, export + " traps: " + outcome);
  }

  /** Compares a step; returns whether the next one can be. */
  private boolean compare(Session.Step step, Outcome outcome, SuspendingHost host, long limit)
      throws Difference {
    if (!host.difference().isEmpty()) {
      throw differs(step, host.difference());
    }
    if (outcome instanceof Outcome.Trapped trap && trap.kind().isLimit()) {
      if (trap.kind() == TrapKind.FUEL && limit > step.fuel() && work > 0) {
        throw differs(
            step, "it does not end within " + limit + " instructions, did in " + step.fuel());
      }
      stopped = step.show() + ": " + trap.detail();
      return false;
    }
    if (step.isCut()) {
      if (!(outcome instanceof Outcome.Trapped trap && trap.kind() == TrapKind.HALT)) {
        throw differs(step, "it ends after host call " + (host.calls() - 1) + ": " + show(outcome));
      }
      return false;
    }
    if (!same(step, outcome)) {
      throw differs(step, "it " + show(outcome) + ", " + show(step.outcome()) + " before");
    }
    if (host.calls() != step.to()) {
      throw differs(step, "host call " + host.calls() + " is missing");
    }
    return true;
  }

  private void compareSize(Session.Step step, Machine machine) throws Difference {
    long bytes = Session.Step.memoryBytes(machine, original);
    if (bytes != step.memoryBytes()) {
      throw differs(step, "memory has " + bytes + " bytes, had " + step.memoryBytes());
    }
    if (!step.memories().isEmpty()) {
      String difference =
          EndState.difference(step.memories(), EndState.memories(machine, original));
      if (!difference.isEmpty()) {
        throw differs(step, difference);
      }
    }
  }

  private static boolean same(Session.Step step, Outcome outcome) {
    if (step.outcome() instanceof Outcome.Returned expected
        && outcome instanceof Outcome.Returned actual) {
      if (step.call() != null) {
        Signature.canonicalise(step.call().export().signature().results(), actual.results());
      }
      return Arrays.equals(expected.results(), actual.results());
    }
    return step.outcome() instanceof Outcome.Trapped expected
        && outcome instanceof Outcome.Trapped actual
        && expected.kind() == actual.kind();
  }

  private static String show(Outcome outcome) {
    if (outcome instanceof Outcome.Returned returned) {
      return "returned " + Arrays.toString(returned.results());
    }
    return outcome instanceof Outcome.Trapped trap
        ? "trapped with " + trap.kind() + " (" + trap.detail() + ")"
        : "ended";
  }

  private static Difference differs(Session.Step step, String what) {
    return new Difference(step.show() + ": " + what);
  }
}
