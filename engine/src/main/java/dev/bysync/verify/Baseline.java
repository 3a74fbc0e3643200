package dev.bysync.verify;

import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the original and records what it does. Where a limit of the machine cuts a call short, the
 * instance is given up, and the script goes on in a new session with another.
 */
final class Baseline {
  private static final int MAX_SESSIONS = 12;

  /** Calls of the host in all, and in one step, so that one that never ends leaves some. */
  private static final int MAX_HOST_CALLS = 20_000;

  private static final int MAX_STEP_HOST_CALLS = 2_000;

  /** Bytes of memories that are compared after single calls in one session, beside its end. */
  private static final long LOOKED_AT = 32 << 20;

  /** Calls of the probe in all: each place calls it few times by itself. */
  private static final int MAX_PROBE_CALLS = 200_000;

  private final Program program;
  private final long seed;
  private final List<Session> sessions = new ArrayList<>();
  private final Set<String> exportsRun = new HashSet<>();
  private final Set<Script.Call> tried = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Script.Call> cut = Collections.newSetFromMap(new IdentityHashMap<>());
  private final long fuel;
  private long left;
  private int hostCalls;
  private int probeCalls;

  private Baseline(Program program, VerifyOptions options) {
    this.program = program;
    this.seed = options.seed();
    this.fuel = options.fuel();
    this.left = options.fuel();
  }

  static Baseline record(Program program, VerifyOptions options) {
    Baseline baseline = new Baseline(program, options);
    baseline.run();
    return baseline;
  }

  /**
   * Makes one instance and makes these calls, up to the first that a limit cuts short.
   *
   * @param world seed of the host's answers
   * @param limits for each call, how many instructions it may execute
   */
  static Session record(
      Program program, VerifyOptions options, long world, List<Script.Call> calls, long[] limits) {
    return new Baseline(program, options).session(world, calls, limits);
  }

  private Session session(long world, List<Script.Call> calls, long[] limits) {
    Recorder host = new Recorder(world);
    Program.Instantiation made = program.instantiate(host, left / 2 + 1);
    Session.Step start = start(made, host);
    List<Session.Step> steps = new ArrayList<>();
    boolean whole = made.outcome() instanceof Outcome.Returned;
    for (int i = 0; whole && i < calls.size(); i++) {
      whole = step(host, calls.get(i), limits[i], steps);
    }
    EndState end = whole ? EndState.of(made.machine(), program.shape()) : null;
    return new Session(world, start, steps, host.trace, end);
  }

  private Session.Step start(Program.Instantiation made, Recorder host) {
    Machine machine = made.machine();
    long bytes =
        made.outcome() instanceof Outcome.Returned
            ? Session.Step.memoryBytes(machine, program.shape())
            : 0;
    long fuelUsed = machine.fuelUsed();
    return new Session.Step(null, made.outcome(), 0, host.trace.size(), fuelUsed, bytes, List.of());
  }

  List<Session> sessions() {
    return sessions;
  }

  int exportsRun() {
    return exportsRun.size();
  }

  int hostCalls() {
    return hostCalls;
  }

  /** Instructions executed in all. */
  long fuelUsed() {
    return fuel - left;
  }

  /** The first step that was cut short, if there is one. */
  Session.@Nullable Step firstCut() {
    for (Session session : sessions) {
      if (session.start().isCut()) {
        return session.start();
      }
      for (Session.Step step : session.steps()) {
        if (step.isCut()) {
          return step;
        }
      }
    }
    return null;
  }

  private void run() {
    Script script = null;
    int next = 0;
    while (sessions.size() < MAX_SESSIONS && left > 0) {
      Recorder host = new Recorder(Draw.mix(seed, sessions.size()));
      Program.Instantiation made = program.instantiate(host, left / 2 + 1);
      Machine machine = made.machine();
      Session.Step start = start(made, host);
      left -= machine.fuelUsed();
      List<Session.Step> steps = new ArrayList<>();
      if (!(made.outcome() instanceof Outcome.Returned)) {
        sessions.add(new Session(host.seed, start, steps, host.trace, null));
        return;
      }
      if (script == null) {
        long size = machine.memories() == 0 ? 0 : machine.memorySize(0);
        script = Script.of(program.shape(), seed, size);
      }
      boolean whole = true;
      for (int i = 0; whole && i < script.setup().size(); i++) {
        whole =
            cut.contains(script.setup().get(i))
                || step(host, script.setup().get(i), fuel / 2, steps);
      }
      while (whole && next < script.calls().size() && left > 0) {
        Script.Call call = script.calls().get(next++);
        whole = step(host, host.results.mixInto(call, Draw.mix(seed, next)), fuel / 24, steps);
      }
      EndState end = whole ? EndState.of(machine, program.shape()) : null;
      sessions.add(new Session(host.seed, start, steps, host.trace, end));
      if (next == script.calls().size() && tried.containsAll(script.setup())) {
        return;
      }
    }
  }

  /** Calls an export; returns whether it ended by itself. */
  private boolean step(Recorder host, Script.Call call, long limit, List<Session.Step> steps) {
    Machine machine = host.machine();
    machine.fuelLimit(Math.min(left, limit + 1));
    long before = machine.fuelUsed();
    int from = host.trace.size();
    host.callsLeft = MAX_STEP_HOST_CALLS;
    Outcome outcome = machine.call(call.export().name(), call.args().clone());
    long bytes = Session.Step.memoryBytes(machine, program.shape());
    List<MemoryDigest> memories = host.look(bytes); // before the host writes anything into them
    if (outcome instanceof Outcome.Returned returned) {
      List<ValueKind> kinds = call.export().signature().results();
      Signature.canonicalise(kinds, returned.results());
      host.results.add(kinds, returned.results());
      Gift.give(machine, program.shape(), call, returned.results(), seed);
    }
    long used = machine.fuelUsed() - before;
    left -= used;
    exportsRun.add(call.export().name());
    tried.add(call);
    Session.Step step =
        new Session.Step(call, outcome, from, host.trace.size(), used, bytes, memories);
    steps.add(step);
    if (step.isCut()) {
      cut.add(call);
    }
    return !step.isCut();
  }

  /** The host of the original. */
  private final class Recorder implements Host {
    final long seed;
    final Trace trace = new Trace();
    final Results results = new Results();
    private int callsLeft = MAX_STEP_HOST_CALLS;
    private long looksLeft = LOOKED_AT;
    private @Nullable Machine machine;
    private @Nullable World world;

    Recorder(long seed) {
      this.seed = seed;
    }

    /** What is in the memories, as long as little has been looked at. */
    List<MemoryDigest> look(long bytes) {
      looksLeft -= bytes;
      return looksLeft < 0 ? List.of() : EndState.memories(machine(), program.shape());
    }

    @Override
    public void attach(Machine attached) {
      machine = attached;
      world = new World(seed, attached, program.shape());
    }

    Machine machine() {
      if (machine == null) {
        throw new IllegalStateException("the machine is attached before anything runs");
      }
      return machine;
    }

    @Override
    public long[] call(Shape.ImportedFunction function, long[] args) {
      if (function.module().equals("asyncify")) {
        if (function.name().equals("get_state")) {
          return new long[] {0};
        }
        // what follows has no meaning in the original
        throw new HostStop(TrapKind.LINK, "it calls " + function.label() + " itself");
      }
      boolean tooOften =
          ProbeVariant.isProbe(function)
              ? probeCalls++ >= MAX_PROBE_CALLS
              : hostCalls++ >= MAX_HOST_CALLS || callsLeft-- <= 0;
      if (tooOften || world == null) {
        throw new HostStop(TrapKind.FUEL, "it calls the host too often");
      }
      long[] canonical = args.clone();
      Signature.canonicalise(function.signature().params(), canonical);
      trace.add(function, canonical);
      try {
        return world.answer(function, canonical);
      } finally {
        trace.note(world.takeNote());
      }
    }

    @Override
    public long global(String module, String name, ValueKind kind) {
      return World.global(name, kind);
    }
  }
}
