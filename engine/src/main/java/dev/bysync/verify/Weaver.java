package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Signature;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the original, on our own interpreter, with several calls under way, as a host does that
 * makes other calls while one waits: a machine can put a call aside in the middle of a host
 * function, and go on with it after others. So the original is run by the same plan as the
 * transformed module is afterwards ({@link WeaveReplay}), and needs no asyncify for it.
 *
 * <p>The calls are those of a recorded session, in its order; up to the first that calls the host
 * they are made as they were. From there on
 *
 * <ul>
 *   <li>of kind VISITS, one call is parked at a time, at one of its first calls of the host, and
 *       one or two others are made and end, before it is resumed;
 *   <li>of kind STACKS, up to three calls that call the host are parked, and resumed in an order
 *       that the seed decides, each at most twice.
 * </ul>
 */
final class Weaver {
  static final int MAX_STACKS = 3;

  private static final int MAX_LEGS = 60;
  private static final int MAX_PARKS = 2;
  private static final long LOOKED_AT = 16 << 20;

  /** Where a session has fewer calls, they are made several times. */
  private static final int MIN_CALLS = 8;

  private final Program program;
  private final VerifyOptions options;
  private final Schedule.Kind kind;
  private final RecordingHost host;

  /** The calls of the host that were recorded before; null where the moves are given. */
  private final @Nullable Trace trace;

  private final long fuel;
  private final List<Weave.Leg> legs = new ArrayList<>();
  private final List<Live> live = new ArrayList<>();
  private final boolean[] taken = new boolean[MAX_STACKS];
  private List<Session.Step> calls = List.of();
  private int next;
  private int visitors;
  private long random;
  private boolean ended;

  /** A call that is put aside. */
  private record Live(
      int strand, int stack, Script.Call call, int hostCall, int parks, Outcome.Parked parked) {}

  private Weaver(
      Program program,
      VerifyOptions options,
      long world,
      @Nullable Trace trace,
      Schedule.Kind kind) {
    this.program = program;
    this.options = options;
    this.kind = kind;
    this.trace = trace;
    host =
        new RecordingHost(
            world, program.shape(), new RecordingHost.Budget(), options.rule(), LOOKED_AT);
    fuel = options.fuel() / 4 + 1;
    random = Draw.mix(options.seed(), kind.name());
  }

  /**
   * Runs the original.
   *
   * @param session what it did before, one call after the other
   * @return null if nothing could be put aside
   */
  static @Nullable Weave record(
      Program program, VerifyOptions options, Session session, Schedule.Kind kind) {
    Weaver weaver = new Weaver(program, options, session.seed(), session.trace(), kind);
    int first = weaver.first(session);
    List<Script.Call> before = new ArrayList<>();
    for (Session.Step step : session.steps().subList(0, first)) {
      before.add(ExportCalls.call(step.call()));
    }
    weaver.calls = weaver.repeated(session.steps().subList(first, session.steps().size()));
    return weaver.run(before, weaver::draw);
  }

  /**
   * Runs the original by moves that are given.
   *
   * @return null if that puts nothing aside, or would put aside too many at a time
   */
  static @Nullable Weave record(Program program, VerifyOptions options, Trial trial) {
    Weaver weaver =
        new Weaver(
            program,
            options.withRule(SuspensionRule.ANY),
            trial.world(),
            null,
            Schedule.Kind.STACKS);
    return weaver.run(trial.scripted(), () -> trial.moves().forEach(weaver::make));
  }

  private @Nullable Weave run(List<Script.Call> before, Runnable moves) {
    Program.Instantiation made = program.instantiate(host, fuel);
    try {
      return run(made, before, moves);
    } finally {
      made.machine().release();
    }
  }

  private @Nullable Weave run(
      Program.Instantiation made, List<Script.Call> before, Runnable moves) {
    Machine machine = made.machine();
    if (!(made.outcome() instanceof Outcome.Returned)) {
      return null;
    }
    Session.Step start = Baseline.start(program, made, host);
    List<Session.Step> steps = new ArrayList<>();
    for (Script.Call call : before) {
      host.parkIn(0);
      Session.Step done = step(call, null);
      if (done.isCut()) {
        return null;
      }
      steps.add(done);
    }
    moves.run();
    if (legs.stream().noneMatch(Weave.Leg::isParked)) {
      return null;
    }
    EndState end =
        ended || !live.isEmpty() ? null : EndState.of(machine, host.memories(), program.shape());
    Session whole = new Session(host.seed(), start, steps, host.trace(), end);
    return new Weave(kind, whole, legs, machine.fuelUsed());
  }

  private void draw() {
    Machine machine = host.machine();
    while (!ended && legs.size() < 2 * MAX_LEGS && machine.fuelUsed() < fuel && move()) {
      ended = ended || host.trace().size() > MAX_LEGS * MAX_LEGS;
    }
  }

  /** Makes a move, if it is possible. */
  private void make(Trial.Move move) {
    Script.Call call = move.call();
    host.parkIn(move.hostCall() + 1);
    if (ended) {
      return;
    }
    if (call != null) {
      if (live.size() == MAX_STACKS) {
        ended = true;
      } else {
        run(move.strand(), call, free(), 0, Weave.Move.START, null);
      }
      return;
    }
    for (Live candidate : List.copyOf(live)) {
      if (candidate.strand() == move.strand()) {
        live.remove(candidate);
        resume(candidate);
      }
    }
  }

  private void resume(Live resumed) {
    taken[resumed.stack()] = false;
    host.resumeAt(resumed.hostCall());
    run(
        resumed.strand(),
        resumed.call(),
        resumed.stack(),
        resumed.parks(),
        Weave.Move.RESUME,
        resumed.parked());
  }

  /** The first call that calls the host; those that prepare the program count only if need be. */
  private int first(Session session) {
    int setup = -1;
    for (int i = 0; i < session.steps().size(); i++) {
      Session.Step step = session.steps().get(i);
      if (callsHost(step)) {
        if (step.call() != null && !Script.isSetup(step.call().export())) {
          return i;
        }
        setup = setup < 0 ? i : setup;
      }
    }
    return Math.max(0, setup);
  }

  /** Whether the call has something to suspend. */
  private boolean callsHost(Session.Step step) {
    return !step.isCut() && suspending(step) > 0;
  }

  private int suspending(Session.Step step) {
    int count = 0;
    for (int call = step.from(); trace != null && call < step.to(); call++) {
      count += trace.maySuspend(call) ? 1 : 0;
    }
    return count;
  }

  private List<Session.Step> repeated(List<Session.Step> steps) {
    List<Session.Step> usable = new ArrayList<>();
    for (Session.Step step : steps) {
      if (!step.isCut() && (kind == Schedule.Kind.VISITS || callsHost(step))) {
        usable.add(step);
      }
    }
    List<Session.Step> all = new ArrayList<>(usable);
    while (!usable.isEmpty() && all.size() < MIN_CALLS) {
      all.addAll(usable);
    }
    return all;
  }

  private long draw(int bound) {
    random = Draw.mix(random, bound);
    return Long.remainderUnsigned(random >>> 4, bound);
  }

  /** Starts or resumes a call; false if there is nothing left. */
  private boolean move() {
    boolean more = next < calls.size() && legs.size() < MAX_LEGS;
    boolean starts =
        kind == Schedule.Kind.VISITS
            ? live.isEmpty() || visitors > 0
            : live.size() < 2 || (live.size() < MAX_STACKS && draw(2) == 0);
    if (more && starts) {
      Session.Step step = calls.get(next++);
      boolean visits = kind == Schedule.Kind.VISITS && !live.isEmpty();
      visitors = visits ? visitors - 1 : 1 + (int) draw(2);
      host.parkIn(visits || !callsHost(step) ? 0 : 1 + (int) draw(Math.min(4, suspending(step))));
      run(next, ExportCalls.call(step.call()), free(), 0, Weave.Move.START, null);
      return true;
    }
    if (live.isEmpty()) {
      return false;
    }
    Live resumed = live.remove((int) draw(live.size()));
    boolean again = resumed.parks() < MAX_PARKS && more && draw(2) == 0;
    host.parkIn(again ? 1 : 0);
    visitors = 1;
    resume(resumed);
    return true;
  }

  private int free() {
    for (int i = 0; i < MAX_STACKS; i++) {
      if (!taken[i]) {
        return i;
      }
    }
    throw new IllegalStateException("too many stacks");
  }

  private void run(
      int strand,
      Script.Call call,
      int stack,
      int parks,
      Weave.Move move,
      Outcome.@Nullable Parked from) {
    Session.Step step = step(call, from);
    if (step.isCut()) {
      ended = true;
      return;
    }
    legs.add(new Weave.Leg(stack, move, step));
    if (step.outcome() instanceof Outcome.Parked parked) {
      taken[stack] = true;
      live.add(new Live(strand, stack, call, step.to() - 1, parks + 1, parked));
    }
  }

  private Session.Step step(Script.Call call, Outcome.@Nullable Parked from) {
    Machine machine = host.machine();
    long before = machine.fuelUsed();
    machine.fuelLimit(Math.max(0, fuel - before));
    int start = host.trace().size();
    host.beginStep();
    Outcome outcome =
        from == null
            ? machine.call(call.export().name(), call.args().clone())
            : from.call().resume();
    long bytes = Session.Step.memoryBytes(machine, program.shape());
    List<MemoryDigest> memories = host.look(bytes);
    if (outcome instanceof Outcome.Returned returned) {
      Signature.canonicalise(call.export().signature().results(), returned.results());
      Gift.give(machine, program.shape(), call, returned.results(), options.seed());
    }
    long used = machine.fuelUsed() - before;
    return new Session.Step(call, outcome, start, host.trace().size(), used, bytes, memories);
  }
}
