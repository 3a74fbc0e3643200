package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the transformed module through what the original did, suspending by a schedule. */
final class Replay {
  /** A call may take this many times the original's instructions, and this many more. */
  private static final int FUEL_FACTOR = 16;

  private static final long FUEL_BASE = 200_000;
  private static final long FUEL_SUSPENSION = 2_000_000;

  /** Those that fuel is allowed for in one call. */
  private static final long FORCED_SUSPENSIONS = 20;

  /** How often a session is begun again in which frames have not fit. */
  private static final int MAX_ATTEMPTS = 8;

  private final Program transformed;
  private final Shape original;
  private final List<Session> sessions;
  private final StackMemory stackMemory;
  private final Tally tally;
  private final VerifyOptions options;
  private final List<int[]> use = new ArrayList<>();
  private @Nullable Weave weaving;
  private @Nullable ForcedCalls forcing;
  private long work;
  private long fuelOriginal;
  private long fuelTransformed;
  private String stopped = "";
  private Outcome.@Nullable Trapped failure;

  /**
   * Prepares the runs.
   *
   * @param transformed what to run
   * @param original shape of the original
   * @param sessions what the original did
   * @param tally where to count suspensions
   * @param options those that the original was run with
   * @param work instructions that all replays together may execute
   */
  Replay(
      Program transformed,
      Shape original,
      List<Session> sessions,
      Tally tally,
      VerifyOptions options,
      long work) {
    this.transformed = transformed;
    this.original = original;
    this.sessions = sessions;
    this.tally = tally;
    this.options = options;
    this.work = work;
    stackMemory = StackMemory.of(transformed.shape(), options.memory());
    sessions.forEach(session -> use.add(Pauses.unknown(session.trace().size())));
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

  /** What of the machine, not of the module, ended a comparison early; null if nothing did. */
  Outcome.@Nullable Trapped failure() {
    return failure;
  }

  /**
   * Runs all sessions, or those that suspend anything.
   *
   * @throws Difference if original and transformed module differ
   */
  void run(Schedule schedule, boolean idleToo) throws Difference {
    fuelOriginal = 0;
    fuelTransformed = 0;
    tally.begin(schedule.kind());
    boolean exact = options.overflow() == VerifyOptions.Overflow.AT_ONCE;
    for (int i = 0; i < sessions.size(); i++) {
      if (work > 0 && (idleToo || !schedule.isIdle(i))) {
        Session session = sessions.get(i);
        byte[] times = schedule.times().get(i);
        Pauses.Room room = exact ? schedule.room() : Pauses.Room.AMPLE;
        long end = (long) lastPausing(session, times) + schedule.stepsAfter();
        located(session, Pauses.of(times, use.get(i), room), end);
      }
    }
  }

  private static int lastPausing(Session session, byte[] times) {
    int last = 0;
    for (int i = 0; i < session.steps().size(); i++) {
      Session.Step step = session.steps().get(i);
      for (int call = step.from(); call < step.to(); call++) {
        last = times[call] > 0 ? i : last;
      }
    }
    return last;
  }

  /**
   * Suspends in stacks that are too small, in a session that had suspensions before; see {@link
   * Overflow}. Costs at most half of the verification's fuel.
   *
   * @throws Difference if that is not noticed
   */
  void overflow() throws Difference {
    tally.begin(Schedule.Kind.OVERFLOW);
    long before = work;
    for (int i = 0; i < sessions.size(); i++) {
      List<Overflow.Attempt> attempts = Overflow.choose(use.get(i), Draw.mix(options.seed(), 5));
      for (Overflow.Attempt attempt : attempts) {
        if (work > 0 && before - work < options.fuel() / 2) {
          Session session = sessions.get(i);
          int calls = session.trace().size();
          located(session, Pauses.tooSmall(calls, attempt.call(), attempt.bytes()), Long.MAX_VALUE);
        }
      }
      if (!attempts.isEmpty()) {
        return;
      }
    }
  }

  /**
   * Runs all sessions again, in which calls of sites are made to suspend. Costs at most the
   * verification's fuel.
   *
   * @throws Difference if original and transformed module differ
   */
  void force(ForcedCalls forced) throws Difference {
    tally.begin(Schedule.Kind.FORCED);
    forcing = forced;
    long before = work;
    try {
      for (int i = 0; i < sessions.size() && before - work < options.fuel() && work > 0; i++) {
        Session session = sessions.get(i);
        byte[] none = new byte[session.trace().size()];
        Pauses pauses = Pauses.of(none, use.get(i), Pauses.Room.AMPLE);
        try {
          replay(session, pauses, Long.MAX_VALUE);
        } catch (Difference e) {
          throw e.in(Trial.of(session, pauses, options.fuel()).forcing(forced.made()));
        }
      }
    } finally {
      forcing = null;
    }
  }

  /**
   * Runs the transformed module as the original was run, with several calls under way.
   *
   * @throws Difference if original and transformed module differ
   */
  void run(Weave weave) throws Difference {
    tally.begin(weave.kind());
    work -= weave.fuel();
    if (work > 0) {
      weaving = weave;
      try {
        replay(weave.session(), weave.pauses(), Long.MAX_VALUE);
      } catch (Difference e) {
        throw e.in(Trial.of(weave, options.fuel()));
      } finally {
        weaving = null;
      }
    }
  }

  /**
   * Runs a single session with calls that suspend in a stack that is not ample. What their frames
   * need another run has shown, in ample ones.
   *
   * @throws Difference if original and transformed module differ
   */
  void run(Trial.Stack stack, byte[] times, Replay ample) throws Difference {
    Session session = sessions.get(0);
    int[] known = ample.use.get(0);
    for (int call = 0; call < times.length; call++) {
      if (times[call] > 0 && stack.room() == Pauses.Room.TOO_SMALL && stack.bytes() < known[call]) {
        replay(session, Pauses.tooSmall(times.length, call, stack.bytes()), Long.MAX_VALUE);
        return;
      }
    }
    if (stack.room() == Pauses.Room.EXACT) {
      replay(session, Pauses.of(times, known, stack.room()), Long.MAX_VALUE);
    }
  }

  private void located(Session session, Pauses pauses, long end) throws Difference {
    try {
      // what was found too deep is left out, so that the rest of the session is compared
      long deepest;
      int attempts = 0;
      do {
        deepest = tally.tooDeepNeed();
        replay(session, pauses, end);
      } while (tally.tooDeepNeed() < deepest && work > 0 && ++attempts < MAX_ATTEMPTS);
    } catch (Difference e) {
      throw e.in(Trial.of(session, pauses, options.fuel()));
    }
  }

  /** Runs a session up to a step. */
  private void replay(Session session, Pauses pauses, long end) throws Difference {
    Session.Step start = session.start();
    if (start.isCut()) {
      return;
    }
    SuspendingHost host = new SuspendingHost(session, pauses, original, stackMemory, tally);
    host.begin(start);
    tally.tell(() -> new ReplayEvent.Called(-1, start.show()));
    Allowance allowed = allowance(start, pauses);
    Program.Instantiation made = transformed.instantiate(host, allowed.instructions());
    try {
      replay(session, made, host, allowed, pauses, end);
    } finally {
      made.machine().release();
    }
  }

  private void replay(
      Session session,
      Program.Instantiation made,
      SuspendingHost host,
      Allowance allowed,
      Pauses pauses,
      long end)
      throws Difference {
    Session.Step start = session.start();
    Machine machine = made.machine();
    work -= machine.fuelUsed();
    tally.tell(() -> new ReplayEvent.Ended(-1, show(made.outcome())));
    if (!compare(start, made.outcome(), host, allowed)) {
      return;
    }
    count(start, machine.fuelUsed());
    if (!(made.outcome() instanceof Outcome.Returned)) {
      return;
    }
    compareMemories(start, machine, host);
    if (forcing != null) {
      forcing.attach(host, machine);
    }
    ExportCalls calls = new ExportCalls(machine, host, tally, session.seed());
    for (int i = 0; i < session.steps().size(); i++) {
      Session.Step step = session.steps().get(i);
      if ((step.isCut() && step.from() == step.to()) || work <= 0 || i > end) {
        return;
      }
      int number = i;
      tally.tell(() -> new ReplayEvent.Called(number, step.show()));
      if (!step(number, step, machine, host, calls, pauses)) {
        return;
      }
    }
    if (weaving != null && !new WeaveReplay(this, weaving, machine, host, calls, tally).run()) {
      return;
    }
    EndState state = session.end();
    if (state != null) {
      String difference =
          state.difference(EndState.of(machine, host.memories(), original), original);
      if (!difference.isEmpty()) {
        throw new Difference("after all calls: " + difference);
      }
    }
  }

  private boolean step(
      int number,
      Session.Step step,
      Machine machine,
      SuspendingHost host,
      ExportCalls calls,
      Pauses pauses)
      throws Difference {
    host.begin(step);
    Allowance allowed = allowance(step, pauses);
    machine.fuelLimit(allowed.instructions());
    if (forcing != null) {
      forcing.begin(allowed.instructions() / 2);
    }
    long before = machine.fuelUsed();
    Outcome outcome = pauses.isTooSmall() ? calls.begin(step) : calls.call(step);
    long used = machine.fuelUsed() - before;
    spend(used);
    tally.tell(() -> new ReplayEvent.Ended(number, show(outcome)));
    if (pauses.isTooSmall() && host.isUnwinding()) {
      if (isLimit(outcome)) {
        return compare(step, outcome, host, allowed);
      }
      if (host.difference().isEmpty()
          && Overflow.isNoticed(step, outcome, machine, host, options.overflow())) {
        tally.overflowed();
      }
      return false;
    }
    boolean go = compare(step, outcome, host, allowed);
    if (go) {
      compareMemories(step, machine, host);
      count(step, used);
      gift(step, machine, outcome);
    }
    return go;
  }

  private Allowance allowance(Session.Step step, Pauses pauses) {
    long suspensions = forcing == null ? 0 : FORCED_SUSPENSIONS;
    for (int i = step.from(); i < step.to(); i++) {
      suspensions += pauses.times()[i];
    }
    return allowance(step, suspensions);
  }

  /**
   * What a step may execute.
   *
   * @param isAmple whether it is more than a step may need; if not, it is what is left of all that
   *     the verification may execute, and that it is used up is no difference
   */
  record Allowance(long instructions, boolean isAmple) {}

  /** What a step with so many suspensions may execute. */
  Allowance allowance(Session.Step step, long suspensions) {
    long ample = step.fuel() * FUEL_FACTOR + FUEL_BASE + suspensions * FUEL_SUSPENSION;
    return new Allowance(Math.max(0, Math.min(ample, work)), ample <= work);
  }

  /** Instructions were executed. */
  void spend(long instructions) {
    work -= instructions;
  }

  /** What the host writes after a call. */
  void gift(Session.Step step, Machine machine, Outcome outcome) {
    if (step.call() != null && outcome instanceof Outcome.Returned returned) {
      Gift.give(machine, original, step.call(), returned.results(), options.seed());
    }
  }

  private void count(Session.Step step, long used) {
    fuelOriginal += step.fuel();
    fuelTransformed += used;
  }

  /** Compares a step; returns whether the next one can be. */
  boolean compare(Session.Step step, Outcome outcome, SuspendingHost host, Allowance allowed)
      throws Difference {
    if (!host.difference().isEmpty()) {
      throw differs(step, host.difference());
    }
    if (outcome instanceof Outcome.Trapped trap && trap.kind().isLimit()) {
      boolean asBefore = step.isCut() && host.calls() >= step.to();
      if (trap.kind() == TrapKind.FUEL) {
        // what suspensions that are forced take is not foreseen
        if (forcing == null && allowed.isAmple()) {
          String instructions = allowed.instructions() + " instructions, did in " + step.fuel();
          throw differs(step, "it does not end within " + instructions);
        }
      } else if (trap.kind() != TrapKind.NO_STACK && !asBefore && transformed.isRoomy()) {
        if (!trap.kind().isFailure()) {
          throw differs(
              step, "it " + show(outcome) + ", with ample room over what was used before");
        }
        failure = trap;
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

  private static boolean isLimit(Outcome outcome) {
    return outcome instanceof Outcome.Trapped trap && trap.kind().isLimit();
  }

  void compareMemories(Session.Step step, Machine machine, SuspendingHost host) throws Difference {
    long bytes = Session.Step.memoryBytes(machine, original);
    if (bytes != step.memoryBytes()) {
      throw differs(step, "memory has " + bytes + " bytes, had " + step.memoryBytes());
    }
    if (!step.memories().isEmpty()) {
      String difference =
          InstanceMemories.difference(step.memories(), host.memories().digests(original));
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

  /** How a call ended, for people. */
  static String show(Outcome outcome) {
    if (outcome instanceof Outcome.Returned returned) {
      return "returned " + Arrays.toString(returned.results());
    }
    return outcome instanceof Outcome.Trapped trap
        ? "trapped with " + trap.kind() + " (" + trap.detail() + ")"
        : "ended";
  }

  static Difference differs(Session.Step step, String what) {
    return new Difference(step.show() + ": " + what);
  }
}
