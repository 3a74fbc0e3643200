package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the original and records what it does. Where a limit of the machine cuts a call short, the
 * instance is given up, and the script goes on in a new session with another.
 */
final class Baseline {
  private static final int MAX_SESSIONS = 12;

  /** Bytes of memories that are compared after single calls in one session, beside its end. */
  private static final long LOOKED_AT = 32 << 20;

  private final Program program;
  private final long seed;
  private final SuspensionRule rule;
  private final List<Session> sessions = new ArrayList<>();
  private final Set<String> exportsRun = new HashSet<>();
  private final Set<Script.Call> tried = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Script.Call> cut = Collections.newSetFromMap(new IdentityHashMap<>());
  private final long fuel;
  private long left;
  private @Nullable Script script;
  private int next;
  private final RecordingHost.Budget budget = new RecordingHost.Budget();

  private Baseline(Program program, VerifyOptions options) {
    this.program = program;
    this.seed = options.seed();
    this.rule = options.rule();
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
    return record(program, options, world, calls, limits, machine -> {});
  }

  /**
   * The same, observed.
   *
   * @param observed told of the instance before any call is made
   */
  static Session record(
      Program program,
      VerifyOptions options,
      long world,
      List<Script.Call> calls,
      long[] limits,
      Consumer<Machine> observed) {
    return new Baseline(program, options).session(world, calls, limits, observed);
  }

  private Session session(
      long world, List<Script.Call> calls, long[] limits, Consumer<Machine> observed) {
    RecordingHost host = host(world);
    Program.Instantiation made = program.instantiate(host, left / 2 + 1);
    try {
      observed.accept(made.machine());
      return session(host, made, calls, limits);
    } finally {
      made.machine().release();
    }
  }

  private Session session(
      RecordingHost host, Program.Instantiation made, List<Script.Call> calls, long[] limits) {
    Session.Step start = start(program, made, host);
    List<Session.Step> steps = new ArrayList<>();
    boolean whole = made.outcome() instanceof Outcome.Returned;
    for (int i = 0; whole && i < calls.size(); i++) {
      whole = step(host, calls.get(i), limits[i], steps);
    }
    EndState end = whole ? EndState.of(made.machine(), host.memories(), program.shape()) : null;
    return new Session(host.seed(), start, steps, host.trace(), end);
  }

  private RecordingHost host(long world) {
    return new RecordingHost(world, program.shape(), budget, rule, LOOKED_AT);
  }

  static Session.Step start(Program program, Program.Instantiation made, RecordingHost host) {
    Machine machine = made.machine();
    long bytes =
        made.outcome() instanceof Outcome.Returned
            ? Session.Step.memoryBytes(machine, program.shape())
            : 0;
    long fuelUsed = machine.fuelUsed();
    return new Session.Step(
        null, made.outcome(), 0, host.trace().size(), fuelUsed, bytes, List.of());
  }

  List<Session> sessions() {
    return sessions;
  }

  int exportsRun() {
    return exportsRun.size();
  }

  int hostCalls() {
    return budget.hostCalls();
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
    boolean more = true;
    while (more && sessions.size() < MAX_SESSIONS && left > 0) {
      RecordingHost host = host(Draw.mix(seed, sessions.size()));
      Program.Instantiation made = program.instantiate(host, left / 2 + 1);
      try {
        more = session(host, made);
      } finally {
        made.machine().release();
      }
    }
  }

  /** Goes on with the script in a new instance; returns whether there is something left of it. */
  private boolean session(RecordingHost host, Program.Instantiation made) {
    Machine machine = made.machine();
    Session.Step start = start(program, made, host);
    left -= machine.fuelUsed();
    List<Session.Step> steps = new ArrayList<>();
    if (!(made.outcome() instanceof Outcome.Returned)) {
      sessions.add(new Session(host.seed(), start, steps, host.trace(), null));
      return false;
    }
    Script calls = script(machine);
    boolean whole = true;
    for (int i = 0; whole && i < calls.setup().size(); i++) {
      whole =
          cut.contains(calls.setup().get(i)) || step(host, calls.setup().get(i), fuel / 2, steps);
    }
    while (whole && next < calls.calls().size() && left > 0) {
      Script.Call call = calls.calls().get(next++);
      whole = step(host, host.results().mixInto(call, Draw.mix(seed, next)), fuel / 24, steps);
    }
    EndState end = whole ? EndState.of(machine, host.memories(), program.shape()) : null;
    sessions.add(new Session(host.seed(), start, steps, host.trace(), end));
    return next < calls.calls().size() || !tried.containsAll(calls.setup());
  }

  private Script script(Machine machine) {
    if (script == null) {
      long size = machine.memories() == 0 ? 0 : machine.memorySize(0);
      script = Script.of(program.shape(), seed, size);
    }
    return script;
  }

  /** Calls an export; returns whether it ended by itself. */
  private boolean step(RecordingHost host, Script.Call call, long limit, List<Session.Step> steps) {
    Machine machine = host.machine();
    machine.fuelLimit(Math.min(left, limit + 1));
    long before = machine.fuelUsed();
    int from = host.trace().size();
    host.beginStep();
    Outcome outcome = machine.call(call.export().name(), call.args().clone());
    long bytes = Session.Step.memoryBytes(machine, program.shape());
    List<MemoryDigest> memories = host.look(bytes); // before the host writes anything into them
    if (outcome instanceof Outcome.Returned returned) {
      List<ValueKind> kinds = call.export().signature().results();
      Signature.canonicalise(kinds, returned.results());
      host.results().add(kinds, returned.results());
      Gift.give(machine, program.shape(), call, returned.results(), seed);
    }
    long used = machine.fuelUsed() - before;
    left -= used;
    exportsRun.add(call.export().name());
    tried.add(call);
    Session.Step step =
        new Session.Step(call, outcome, from, host.trace().size(), used, bytes, memories);
    steps.add(step);
    if (step.isCut()) {
      cut.add(call);
    }
    return !step.isCut();
  }
}
