package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.TrapKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a transformed module by running it beside the original.
 *
 * <p>First the original runs alone: its start function, then its exports with drawn arguments, in a
 * world of stubs that answers by the seed. All that it does is recorded ({@code Baseline}). Then
 * the transformed module is run through the same ({@code Replay}), several times by different
 * schedules: with no suspension; suspended at every call of the host, up to 200; twice in a row at
 * the same call; at single calls alone. A suspension unwinds the whole stack, and the export is
 * called again at once to rewind it. Calls made while an instance is created can't suspend: there
 * is no export to call again.
 *
 * <p>Everything is compared as it happens: each call of the host with its arguments and what the
 * host reads from memory, results and kinds of traps, in the end the memories, exported globals and
 * tables; around suspensions the asyncify state, its stack's position, and that no byte outside of
 * the stack changed.
 */
public final class Verifier {
  private static final int WORK_FACTOR = 8;

  /**
   * Enough for the machine's depth limit, with a wide margin; the memory is only touched if used.
   */
  private static final long STACK_BYTES = 256L << 20;

  private static final List<String> CONTROLS =
      List.of(
          "asyncify_start_unwind",
          "asyncify_stop_unwind",
          "asyncify_start_rewind",
          "asyncify_stop_rewind",
          "asyncify_get_state");

  private final MachineFactory machines;
  private final byte[] original;
  private final byte[] transformed;
  private final @Nullable SiteMap sites;
  private final VerifyOptions options;

  private Verifier(
      MachineFactory machines,
      byte[] original,
      byte[] transformed,
      @Nullable SiteMap sites,
      VerifyOptions options) {
    this.machines = machines;
    this.original = original;
    this.transformed = transformed;
    this.sites = sites;
    this.options = options;
  }

  /**
   * Verifies a pair of modules; any bytes at all give a verdict. Runs in a thread of its own and
   * waits for it; an interruption ends both with the verdict ERROR, the flag being kept.
   *
   * @param original the module before the transform
   * @param transformed the module after it
   * @param sites where it can suspend, for coverage; null if not known
   */
  public static Verification verify(
      byte[] original, byte[] transformed, @Nullable SiteMap sites, VerifyOptions options) {
    return verify(original, transformed, sites, options, new InterpreterFactory());
  }

  /**
   * As {@link #verify(byte[], byte[], SiteMap, VerifyOptions)}, on another interpreter than our
   * own.
   */
  public static Verification verify(
      byte[] original,
      byte[] transformed,
      @Nullable SiteMap sites,
      VerifyOptions options,
      MachineFactory machines) {
    Verifier verifier = new Verifier(machines, original, transformed, sites, options);
    AtomicReference<@Nullable Verification> result = new AtomicReference<>();
    Thread thread =
        new Thread(null, () -> result.set(verifier.guarded()), "bysync-verify", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      return Verification.without(Verdict.ERROR, "the verification was interrupted");
    }
    Verification verification = result.get();
    return verification != null
        ? verification
        : Verification.without(Verdict.ERROR, "the verification's thread ended without a verdict");
  }

  private Verification guarded() {
    try {
      return run();
    } catch (OutOfMemoryError e) {
      return Verification.without(Verdict.BUDGET, "not verified: memory ran out");
    } catch (RuntimeException | StackOverflowError e) {
      return Verification.without(Verdict.ERROR, "the verification failed: " + e);
    }
  }

  private Verification run() {
    Baseline baseline;
    Shape shape;
    int bodies;
    try {
      Program program = machines.load(original);
      bodies = program.bodies();
      shape = program.shape();
      baseline = Baseline.record(program, options);
    } catch (LoadException e) {
      return e.kind() == LoadException.Kind.INVALID
          ? Verification.without(Verdict.REJECTED, "the original is invalid: " + e.getMessage())
          : notRun("original", e);
    }
    Program program;
    try {
      program = machines.load(transformed, bodies);
    } catch (LoadException e) {
      return e.kind() == LoadException.Kind.INVALID
          ? Verification.without(
              Verdict.MISMATCH, "the transformed module is invalid: " + e.getMessage())
          : notRun("transformed module", e);
    }
    String missing = missing(shape, program.shape());
    if (!missing.isEmpty()) {
      return Verification.without(
          Verdict.MISMATCH, "the transformed module has no export " + missing);
    }
    return compare(baseline, shape, program);
  }

  /** Nothing ran, so nothing is claimed. */
  private static Verification notRun(String which, LoadException e) {
    String reason = "not run: the verifying machine does not take the " + which + ": ";
    return Verification.without(Verdict.UNEXERCISED, reason + e.getMessage());
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

  private Verification compare(Baseline baseline, Shape shape, Program program) {
    Tally tally = Tally.of(sites);
    long work = options.fuel() > Long.MAX_VALUE / 8 ? Long.MAX_VALUE : options.fuel() * WORK_FACTOR;
    Replay replay =
        new Replay(
            program,
            shape,
            baseline.sessions(),
            tally,
            options.seed(),
            work - baseline.fuelUsed(),
            options.memory());
    Schedule schedule = Schedule.none(baseline.sessions());
    long fuelOriginal = 0;
    long fuelTransformed = 0;
    try {
      replay.run(schedule, true);
      fuelOriginal = replay.fuelOriginal();
      fuelTransformed = replay.fuelTransformed();
      for (Schedule suspending : Schedule.of(baseline.sessions(), options.seed())) {
        if (replay.workLeft() > 0) {
          schedule = suspending;
          replay.run(suspending, false);
        }
      }
    } catch (Difference e) {
      String reason =
          "%s (schedule: %s; seed %d)".formatted(e.getMessage(), schedule.name(), options.seed());
      return new Verification(
          Verdict.MISMATCH, reason, tally.coverage(baseline), fuelOriginal, fuelTransformed);
    }
    if (Thread.currentThread().isInterrupted()) {
      return Verification.without(Verdict.ERROR, "the verification was interrupted");
    }
    Coverage coverage = tally.coverage(baseline);
    if (tally.suspensions() > 0) {
      return new Verification(Verdict.VERIFIED, "", coverage, fuelOriginal, fuelTransformed);
    }
    return unverified(baseline, shape, replay, coverage, fuelOriginal, fuelTransformed);
  }

  private static Verification unverified(
      Baseline baseline,
      Shape shape,
      Replay replay,
      Coverage coverage,
      long original,
      long transformed) {
    Session.Step cut = baseline.firstCut();
    if (cut != null && baseline.hostCalls() == 0 && !shape.imports().isEmpty()) {
      Outcome.Trapped trap = (Outcome.Trapped) cut.outcome();
      boolean fuel = trap.kind() == TrapKind.FUEL;
      String reason = "nothing was suspended before " + cut.show() + ": " + trap.detail();
      Verdict verdict = fuel ? Verdict.BUDGET : Verdict.UNEXERCISED;
      return new Verification(verdict, reason, coverage, original, transformed);
    }
    String reason;
    if (shape.imports().isEmpty()) {
      reason = "it imports no function, so nothing can be suspended";
    } else if (!replay.stopped().isEmpty()) {
      reason = "nothing was suspended: " + replay.stopped();
    } else if (baseline.exportsRun() == 0) {
      reason = "no export could be called";
    } else if (baseline.hostCalls() == 0) {
      reason = "no host function was called, so nothing could be suspended";
    } else {
      reason = "host functions were called only where nothing can be suspended";
    }
    return new Verification(Verdict.UNEXERCISED, reason, coverage, original, transformed);
  }
}
