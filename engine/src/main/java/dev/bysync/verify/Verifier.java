package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a transformed module against its original.
 *
 * <p><b>Frames.</b> Where the transform tells what it did, each instrumented function is verified
 * by itself: it does what the original does, and at each of its sites its frame is put away and
 * brought back ({@code verify.frame}). What was not instrumented is compared instruction by
 * instruction. That is a proof for each frame on the paths that were taken, for all data.
 *
 * <p><b>Programs.</b> That frames make a stack is the ABI's business, and that of tables,
 * exceptions and the host: so both modules are run side by side as well. First the original runs
 * alone: its start function, then its exports with drawn arguments, in a world of stubs that
 * answers by the seed. All that it does is recorded ({@code Baseline}). Then the transformed module
 * is run through the same ({@code Replay}), several times by different schedules, suspended at
 * calls of the host and at calls that are made to suspend. A suspension unwinds the whole stack,
 * and the export is called again to rewind it.
 *
 * <p>The verdict rests on both: see {@link Verdict}.
 */
public final class Verifier {
  /** Instructions of a whole verification, as a multiple of the original's. */
  static final int WORK_FACTOR = 12;

  /**
   * Enough for the machine's depth limit, with a wide margin; the memory is only touched if used.
   */
  private static final long STACK_BYTES = 256L << 20;

  private final MachineFactory machines;
  private final Subject subject;
  private final VerifyOptions options;

  private Verifier(Subject subject, VerifyOptions options, MachineFactory machines) {
    this.machines = machines;
    this.subject = subject;
    this.options = options;
  }

  /** As {@link #verify(Subject, VerifyOptions, MachineFactory)}, on our own interpreter. */
  public static Verification verify(
      byte[] original, byte[] transformed, @Nullable SiteMap sites, VerifyOptions options) {
    return verify(original, transformed, sites, options, new InterpreterFactory());
  }

  /** As {@link #verify(Subject, VerifyOptions, MachineFactory)}, by running programs alone. */
  public static Verification verify(
      byte[] original,
      byte[] transformed,
      @Nullable SiteMap sites,
      VerifyOptions options,
      MachineFactory machines) {
    return verify(new Subject(original, transformed, sites, null), options, machines);
  }

  /** As {@link #verify(Subject, VerifyOptions, MachineFactory)}, on our own interpreter. */
  public static Verification verify(Subject subject, VerifyOptions options) {
    return verify(subject, options, new InterpreterFactory());
  }

  /**
   * Verifies a pair of modules; any bytes at all give a verdict. Runs in a thread of its own and
   * waits for it; an interruption ends both with the verdict ERROR, the flag being kept.
   *
   * @param machines what programs are run on
   */
  public static Verification verify(
      Subject subject, VerifyOptions options, MachineFactory machines) {
    Verifier verifier = new Verifier(subject, options, machines);
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
    FrameCheck frames = FrameCheck.of(subject, options);
    SiteCalls calls = SiteCalls.of(subject);
    Judgement judgement = new Judgement(subject, calls, options, frames);
    Verification result;
    if (frames.difference().isEmpty()) {
      Comparison comparison = new Comparison(machines, options, subject.sites(), calls, work);
      result = judgement.of(comparison.run(subject.original(), subject.transformed()));
    } else {
      result = judgement.ofFrames();
    }
    return Thread.currentThread().isInterrupted()
        ? Verification.without(Verdict.ERROR, "the verification was interrupted")
        : result;
  }
}
