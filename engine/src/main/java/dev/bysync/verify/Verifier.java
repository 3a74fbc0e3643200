package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.wasm.binary.WasmException;
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
 *
 * <p>A module in which nothing could be suspended is verified by its {@link ProbeVariant}, within
 * the same number of instructions.
 */
public final class Verifier {
  /** Instructions of a whole verification, as a multiple of the original's. */
  static final int WORK_FACTOR = 12;

  /**
   * Enough for the machine's depth limit, with a wide margin; the memory is only touched if used.
   */
  private static final long STACK_BYTES = 256L << 20;

  private final MachineFactory machines;
  private final byte[] original;
  private final byte[] transformed;
  private final @Nullable SiteMap sites;
  private final VerifyOptions options;
  private final @Nullable ProbeTransform probe;

  private Verifier(
      MachineFactory machines,
      byte[] original,
      byte[] transformed,
      @Nullable SiteMap sites,
      VerifyOptions options,
      @Nullable ProbeTransform probe) {
    this.machines = machines;
    this.original = original;
    this.transformed = transformed;
    this.sites = sites;
    this.options = options;
    this.probe = probe;
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
    return verify(original, transformed, sites, options, new InterpreterFactory(), null);
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
    return verify(original, transformed, sites, options, machines, null);
  }

  /**
   * As {@link #verify(byte[], byte[], SiteMap, VerifyOptions)}; if nothing can be suspended in the
   * module, its probe variant is verified in its place.
   *
   * @param probe how the variant is transformed; null if it can't be
   */
  public static Verification verify(
      byte[] original,
      byte[] transformed,
      @Nullable SiteMap sites,
      VerifyOptions options,
      MachineFactory machines,
      @Nullable ProbeTransform probe) {
    Verifier verifier = new Verifier(machines, original, transformed, sites, options, probe);
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
    long work =
        options.fuel() > Long.MAX_VALUE / WORK_FACTOR
            ? Long.MAX_VALUE
            : options.fuel() * WORK_FACTOR;
    Comparison.Result own =
        new Comparison(machines, options, sites, work).run(original, transformed);
    Verification result = own.verification();
    boolean unsettled =
        result.verdict() == Verdict.UNEXERCISED || result.verdict() == Verdict.BUDGET;
    if (probe != null && own.hasRun() && unsettled) {
      result = probed(result, probe, work - own.executed());
    }
    return Thread.currentThread().isInterrupted()
        ? Verification.without(Verdict.ERROR, "the verification was interrupted")
        : result;
  }

  /** The verdict of a module that can't be suspended, after a run of its probe variant. */
  private Verification probed(Verification own, ProbeTransform transform, long work) {
    byte[] variant;
    ProbeTransform.Made made;
    try {
      variant = ProbeVariant.of(original);
      made = transform.transform(variant);
    } catch (WasmException | IllegalArgumentException e) {
      return own.because(own.reason() + "; there is no probe variant: " + e.getMessage());
    }
    VerifyOptions probing =
        options.withFuel(Math.max(1, Math.min(options.fuel(), work / 4))).withRule(made.rule());
    Verification found =
        new Comparison(machines, probing, made.sites(), work)
            .run(variant, made.bytes())
            .verification();
    Coverage coverage = own.coverage().with(Coverage.Probe.of(found.coverage()));
    Verification both = own.with(own.second().and(found.second()));
    return switch (found.verdict()) {
      case VERIFIED ->
          both.by(Verdict.VERIFIED, "by its probe variant only, since " + own.reason(), coverage);
      case MISMATCH ->
          both.by(Verdict.MISMATCH, "in its probe variant: " + found.reason(), coverage);
      default ->
          both.by(own.verdict(), own.reason() + "; its probe variant: " + found.reason(), coverage);
    };
  }
}
