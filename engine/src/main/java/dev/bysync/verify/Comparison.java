package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import dev.bysync.wasm.code.ExceptionEncoding;
import dev.bysync.wasm.module.Module;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pair of modules, run side by side: the original once, the transformed one by several
 * schedules.
 */
final class Comparison {
  private static final List<String> CONTROLS =
      List.of(
          "asyncify_start_unwind",
          "asyncify_stop_unwind",
          "asyncify_start_rewind",
          "asyncify_stop_rewind",
          "asyncify_get_state");

  private static final String CALLS_TOO_DEEP =
      " calls of the host were not suspended: half of the memory is not enough for their frames";

  /** How far running programs has come. */
  enum Extent {
    /** The machine does not take one of the modules, or their exports differ. */
    NOT_RUN,
    /** The machine failed, so that what was to be compared was not. */
    CUT_SHORT,
    /** As far as fuel went, which is the same for all machines. */
    COMPARED
  }

  /**
   * What came of it.
   *
   * @param verification the verdict on this pair alone
   * @param extent how far both modules were compared
   * @param executed instructions executed by both modules in all runs
   * @param resumed sites that were suspended at calls of the host, and resumed
   * @param forced sites that were suspended because their call was made to, and resumed
   * @param found what led to the first difference; null if there is none that calls lead to
   */
  record Result(
      Verification verification,
      Extent extent,
      long executed,
      BitSet resumed,
      BitSet forced,
      @Nullable Found found) {
    private static Result notRun(Verdict verdict, String reason) {
      return new Result(
          Verification.without(verdict, reason),
          Extent.NOT_RUN,
          0,
          new BitSet(),
          new BitSet(),
          null);
    }

    boolean hasRun() {
      return extent != Extent.NOT_RUN;
    }

    private Result with(SecondOpinion second) {
      return new Result(verification.with(second), extent, executed, resumed, forced, found);
    }
  }

  /** A trial that showed a difference, and the schedule that it is of. */
  record Found(Trial trial, String schedule) {}

  private final MachineFactory machines;
  private final VerifyOptions options;
  private final @Nullable SiteMap sites;
  private final @Nullable SiteCalls calls;
  private final Tally tally;
  private final long work;

  /** The name of the schedule under way. */
  private String schedule = "";

  /**
   * Prepares a comparison.
   *
   * @param sites where the transformed module can suspend; null if not known
   * @param calls its sites as calls; null if not known
   * @param work instructions that may be executed in all
   */
  Comparison(
      MachineFactory machines,
      VerifyOptions options,
      @Nullable SiteMap sites,
      @Nullable SiteCalls calls,
      long work) {
    this.machines = machines;
    this.calls = calls;
    this.options = options;
    this.sites = sites;
    this.tally = new Tally(sites, calls, null);
    this.work = work;
  }

  /** Runs the pair, and has a second opinion on it if the options name somebody to ask. */
  Result run(byte[] original, byte[] transformed) {
    Result result = own(original, transformed);
    MachineFactory other = options.second();
    return other == null
        ? result
        : result.with(
            result.hasRun()
                ? second(other, original, transformed, result.verification().verdict())
                : SecondOpinion.notRun("nothing was run to compare with"));
  }

  private Result own(byte[] original, byte[] transformed) {
    Program before;
    Program parking;
    try {
      before = machines.load(original);
      // which is ours alone to do: calls are put aside
      parking =
          machines instanceof InterpreterFactory ? before : new InterpreterFactory().load(original);
    } catch (LoadException e) {
      return e.kind() == LoadException.Kind.INVALID
          ? Result.notRun(Verdict.REJECTED, "the original is invalid: " + e.getMessage())
          : notRun("original", e);
    }
    Program program;
    try {
      program = machines.load(transformed, before.bodies()).roomierThan(before.shape());
    } catch (LoadException e) {
      return e.kind() == LoadException.Kind.INVALID
          ? Result.notRun(Verdict.MISMATCH, "the transformed module is invalid: " + e.getMessage())
          : notRun("transformed module", e);
    }
    String missing = missing(before.shape(), program.shape());
    if (!missing.isEmpty()) {
      return Result.notRun(Verdict.MISMATCH, "the transformed module has no export " + missing);
    }
    String changed = changed(before.shape(), program.shape());
    if (!changed.isEmpty()) {
      return Result.notRun(
          Verdict.MISMATCH, "the transformed module has another type for its export " + changed);
    }
    if (isMixed(transformed) && !isMixed(original)) {
      return Result.notRun(
          Verdict.MISMATCH,
          "the transformed module has legacy exceptions and current ones, which engines refuse");
    }
    return run(before, parking, program);
  }

  private static boolean isMixed(byte[] module) {
    return ExceptionEncoding.of(Module.read(module)) == ExceptionEncoding.MIXED;
  }

  /** The same runs on another interpreter, compared with what the first one recorded. */
  private SecondOpinion second(
      MachineFactory other, byte[] original, byte[] transformed, Verdict verdict) {
    Program own;
    Program first;
    Program changed;
    try {
      own = machines.load(original);
      first = other.load(original);
      changed = other.load(transformed, first.bodies());
    } catch (LoadException e) {
      return e.kind() == LoadException.Kind.INVALID
          ? SecondOpinion.disagrees("it takes a module for invalid: " + e.getMessage())
          : SecondOpinion.notRun("it does not take the module: " + e.getMessage());
    }
    Baseline baseline = Baseline.record(own, options);
    Tally counted = new Tally(sites, calls, null);
    Shape shape = own.shape();
    List<Session> sessions = baseline.sessions();
    Schedule none = Schedule.none(sessions);
    Replay originals = new Replay(first, shape, sessions, Tally.of(null), options, work);
    try {
      originals.run(none, true);
    } catch (Difference e) {
      return SecondOpinion.disagrees("the original: " + e.getMessage());
    }
    Replay replay = new Replay(changed, shape, sessions, counted, options, originals.workLeft());
    String found = "";
    try {
      schedule = none.name();
      replay.run(none, true);
      suspensions(replay, counted, own, baseline);
    } catch (Difference e) {
      found = "%s (schedule: %s)".formatted(e.getMessage(), schedule);
    }
    if (found.isEmpty() == (verdict == Verdict.MISMATCH)) {
      return SecondOpinion.disagrees(
          found.isEmpty() ? "it finds no difference" : "the transformed module: " + found);
    }
    String stopped = originals.stopped().isEmpty() ? replay.stopped() : originals.stopped();
    String reason = stopped.isEmpty() ? "" : "as far as it ran: " + stopped;
    return new SecondOpinion(SecondOpinion.Finding.AGREES, reason, counted.suspensions());
  }

  /** Nothing ran, so nothing is claimed. */
  private static Result notRun(String which, LoadException e) {
    String reason = "not run: the verifying machine does not take the " + which + ": ";
    return Result.notRun(Verdict.UNEXERCISED, reason + e.getMessage());
  }

  private static String missing(Shape original, Shape transformed) {
    Set<String> names = new HashSet<>(transformed.tables());
    transformed.functions().forEach(function -> names.add(function.name()));
    transformed.globals().forEach(global -> names.add(global.name()));
    Set<String> wanted = new HashSet<>(CONTROLS);
    original.functions().forEach(function -> wanted.add(function.name()));
    original.globals().forEach(global -> wanted.add(global.name()));
    wanted.addAll(original.tables());
    wanted.removeAll(names);
    if (transformed.memories() < original.memories()) {
      wanted.add("of all memories");
    }
    return wanted.stream().sorted().findFirst().orElse("");
  }

  /** The first export that has another type in the transformed module. */
  private static String changed(Shape original, Shape transformed) {
    Map<String, Signature> functions = new HashMap<>();
    Map<String, ValueKind> globals = new HashMap<>();
    transformed
        .functions()
        .forEach(function -> functions.put(function.name(), function.signature()));
    transformed.globals().forEach(global -> globals.put(global.name(), global.kind()));
    Stream<String> otherFunctions =
        original.functions().stream()
            .filter(function -> !function.signature().equals(functions.get(function.name())))
            .map(Shape.ExportedFunction::name);
    Stream<String> otherGlobals =
        original.globals().stream()
            .filter(global -> global.kind() != globals.get(global.name()))
            .map(Shape.ExportedGlobal::name);
    return Stream.concat(otherFunctions, otherGlobals).sorted().findFirst().orElse("");
  }

  /**
   * Runs the pair.
   *
   * @param parking the original on our own interpreter
   */
  Result run(Program original, Program parking, Program program) {
    Baseline baseline = Baseline.record(original, options);
    Shape shape = original.shape();
    Replay replay =
        new Replay(program, shape, baseline.sessions(), tally, options, work - baseline.fuelUsed());
    Schedule none = Schedule.none(baseline.sessions());
    schedule = none.name();
    long fuelOriginal = 0;
    long fuelTransformed = 0;
    try {
      replay.run(none, true);
      fuelOriginal = replay.fuelOriginal();
      fuelTransformed = replay.fuelTransformed();
      suspensions(replay, tally, parking, baseline);
    } catch (Difference e) {
      String reason =
          "%s (schedule: %s; seed %d)".formatted(e.getMessage(), schedule, options.seed());
      Verification found =
          new Verification(
              Verdict.MISMATCH,
              reason,
              tally.coverage(baseline),
              fuelOriginal,
              fuelTransformed,
              SecondOpinion.NOT_ASKED);
      Trial trial = e.trial();
      return new Result(
          found,
          Extent.COMPARED,
          work - replay.workLeft(),
          tally.resumed(),
          tally.forced(),
          trial == null ? null : new Found(trial, schedule));
    }
    Verdict verdict = Verdict.VERIFIED;
    String reason = "";
    if (tally.suspensions() == 0) {
      verdict = Verdict.UNEXERCISED;
      reason = whyNot(baseline, shape, replay);
      Session.Step cut = baseline.firstCut();
      if (cut != null && baseline.hostCalls() == 0 && !shape.imports().isEmpty()) {
        Outcome.Trapped trap = (Outcome.Trapped) cut.outcome();
        reason = "nothing was suspended before " + cut.show() + ": " + trap.detail();
        verdict = trap.kind() == TrapKind.FUEL ? Verdict.BUDGET : Verdict.UNEXERCISED;
      }
    }
    Outcome.Trapped failure = replay.failure();
    if (failure != null) {
      verdict = failure.kind() == TrapKind.EXHAUSTED ? Verdict.BUDGET : Verdict.ERROR;
      reason = "not verified: the machine failed: " + failure.detail();
    } else if (verdict == Verdict.VERIFIED && tally.callsLeftOut() > 0) {
      reason = tally.callsLeftOut() + CALLS_TOO_DEEP;
    }
    Verification verification =
        new Verification(
            verdict,
            reason,
            tally.coverage(baseline),
            fuelOriginal,
            fuelTransformed,
            SecondOpinion.NOT_ASKED);
    return new Result(
        verification,
        failure == null ? Extent.COMPARED : Extent.CUT_SHORT,
        work - replay.workLeft(),
        tally.resumed(),
        tally.forced(),
        null);
  }

  /**
   * All schedules that suspend: fewer where frames were verified by themselves, in stacks of any
   * size.
   */
  private void suspensions(Replay replay, Tally counted, Program parking, Baseline baseline)
      throws Difference {
    boolean framesAreKnown =
        calls != null && sites != null && sites.frames() == SiteMap.Frames.AT_SITES;
    List<Session> sessions = baseline.sessions();
    run(
        replay,
        framesAreKnown
            ? Schedule.ofStacks(sessions, options.seed())
            : Schedule.of(sessions, options.seed()));
    force(replay);
    if (counted.suspensions() > 0) {
      weave(parking, baseline, replay, Schedule.Kind.VISITS);
      weave(parking, baseline, replay, Schedule.Kind.STACKS);
    }
    if (!framesAreKnown) {
      run(replay, Schedule.alone(sessions, options.seed()));
      schedule = "stacks that are too small";
      replay.overflow();
    }
  }

  /** Where the sites are known, calls of them are made to suspend. */
  private void force(Replay replay) throws Difference {
    if (calls != null && calls.canBeForced()) {
      schedule = "calls that are made to suspend";
      replay.force(ForcedCalls.atArrivals(calls, options.rule()));
    }
  }

  private void run(Replay replay, List<Schedule> schedules) throws Difference {
    for (Schedule suspending : schedules) {
      if (replay.workLeft() > 0) {
        schedule = suspending.name();
        replay.run(suspending, false);
      }
    }
  }

  private void weave(Program original, Baseline baseline, Replay replay, Schedule.Kind kind)
      throws Difference {
    Session session = Weave.suitable(baseline.sessions());
    if (session == null || replay.workLeft() < options.fuel()) {
      return;
    }
    Weave weave = Weaver.record(original, options, session, kind);
    if (weave != null) {
      schedule = weave.name();
      replay.run(weave);
    }
  }

  private static String whyNot(Baseline baseline, Shape shape, Replay replay) {
    if (shape.imports().isEmpty()) {
      return "it imports no function, so nothing can be suspended";
    }
    if (!replay.stopped().isEmpty()) {
      return "nothing was suspended: " + replay.stopped();
    }
    if (baseline.exportsRun() == 0) {
      return "no export could be called";
    }
    return baseline.hostCalls() == 0
        ? "no host function was called, so nothing could be suspended"
        : "host functions were called only where nothing can be suspended";
  }
}
