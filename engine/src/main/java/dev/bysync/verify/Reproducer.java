package dev.bysync.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to see a difference again: what is called, what suspends, and the seeds of the
 * rest. Made and run by {@link Reproduction}.
 *
 * <p>Calls are made one after the other, and some of their host calls suspend and are resumed at
 * once. Where several calls have to be under way at a time, moves follow.
 *
 * @param seed seed of the verification that found it
 * @param world seed of what the host answers
 * @param memory the export of the memory for asyncify's stack, as in {@link VerifyOptions}
 * @param fuel instructions that the original may execute in all, as in {@link VerifyOptions}
 * @param overflow when a stack that is too small must be noticed
 * @param schedule the schedule that first showed a difference
 * @param calls exports to call in one instance, in order
 * @param suspensions host calls that suspend, in order
 * @param forced calls of sites that are made to suspend, in order; no host call does, if any are
 * @param stack what they suspend in; if it is not ample, only one does
 * @param stackBytes room for frames in a stack that is too small, bytes; less than 0 to say that it
 *     is full already; 0 for other stacks
 * @param moves calls that are begun and go on while others are suspended, after all others
 * @param difference the first difference they lead to
 * @param sites the sites that the last suspension before it went through, innermost first; empty if
 *     nothing was suspended or they are not known
 * @param trials how many runs were made to find it
 */
public record Reproducer(
    long seed,
    long world,
    String memory,
    long fuel,
    VerifyOptions.Overflow overflow,
    String schedule,
    List<Call> calls,
    List<Suspension> suspensions,
    List<Forced> forced,
    Stack stack,
    int stackBytes,
    List<Move> moves,
    String difference,
    List<Site> sites,
    int trials) {
  public Reproducer {
    calls = List.copyOf(calls);
    suspensions = List.copyOf(suspensions);
    forced = List.copyOf(forced);
    moves = List.copyOf(moves);
    sites = List.copyOf(sites);
  }

  /**
   * A call of an export.
   *
   * @param export its name
   * @param args slots of the arguments: bits of numbers, two for a vector, -1 for null
   * @param fuel instructions that the original may execute in it
   */
  public record Call(String export, List<Long> args, long fuel) {
    public Call {
      args = List.copyOf(args);
    }
  }

  /**
   * A host call that suspends.
   *
   * @param call the call of an export it happens in, an index into the calls
   * @param hostCall which host call of that one, from 0
   * @param times how often it suspends in a row
   */
  public record Suspension(int call, int hostCall, int times) {}

  /**
   * The call of a site that is made to suspend: its callee is not entered, and the unwinding starts
   * there.
   *
   * @param call the call of an export it happens in, an index into the calls
   * @param site which call of the original it is
   * @param arrival when: so many arrivals there in the same call of the export come before
   */
  public record Forced(int call, Site site, int arrival) {}

  /** What calls suspend in. */
  public enum Stack {
    /** As much memory as the verification takes for it. */
    AMPLE,
    /** Exactly what the frames need, which an ample stack has shown before. */
    EXACT,
    /** Less than that: to be noticed is what is expected. */
    TOO_SMALL
  }

  /**
   * A call begins, or goes on, while others may be suspended.
   *
   * @param strand number of the call among those that begin here, from 0
   * @param call what is called; null where it goes on
   * @param hostCall its host call that suspends, counted from 0 from here on; -1 if none does
   */
  public record Move(int strand, @Nullable Call call, int hostCall) {}

  /**
   * A site of the transform.
   *
   * @param function function in the original's index space
   * @param offset offset of the call in the original, bytes
   */
  public record Site(int function, int offset) {}
}
