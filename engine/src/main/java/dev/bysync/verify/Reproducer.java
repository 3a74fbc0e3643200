package dev.bysync.verify;

import java.util.List;

/**
 * All that is needed to see a difference again: what is called, what suspends, and the seeds of the
 * rest. Made and run by {@link Reproduction}.
 *
 * @param seed seed of the verification that found it
 * @param world seed of what the host answers
 * @param memory the export of the memory for asyncify's stack, as in {@link VerifyOptions}
 * @param schedule the schedule that first showed a difference
 * @param calls exports to call in one instance, in order
 * @param suspensions host calls that suspend, in order
 * @param difference the first difference they lead to
 * @param sites the sites that the last suspension before it went through, innermost first; empty if
 *     nothing was suspended or they are not known
 * @param trials how many runs were made to find it
 */
public record Reproducer(
    long seed,
    long world,
    String memory,
    String schedule,
    List<Call> calls,
    List<Suspension> suspensions,
    String difference,
    List<Site> sites,
    int trials) {
  public Reproducer {
    calls = List.copyOf(calls);
    suspensions = List.copyOf(suspensions);
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
   * A site of the transform.
   *
   * @param function function in the original's index space
   * @param offset offset of the call in the original, bytes
   */
  public record Site(int function, int offset) {}
}
