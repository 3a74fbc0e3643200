package dev.bysync.verify.frame;

import java.util.List;

/**
 * One path through a function: all that decides what a frame does on it.
 *
 * @param seed names the arguments, the locals before they are set, and what is read
 * @param ways the ways taken at the original's branches, in order; where they end, the path does,
 *     at the next branch
 * @param suspensions where the output is suspended and resumed on it
 */
public record FramePath(long seed, List<Way> ways, List<Arrival> suspensions) {
  public FramePath {
    ways = List.copyOf(ways);
    suspensions = List.copyOf(suspensions);
  }

  /** No path: what differs is not a function's code. */
  static FramePath none(long seed) {
    return new FramePath(seed, List.of(), List.of());
  }

  /**
   * The way taken at a branch.
   *
   * @param offset byte offset of the branch, or of a call that may throw, in the original
   * @param way of an {@code if}, {@code br_if}, {@code br_on_*}: 0 if its condition holds, else 1;
   *     of a {@code br_table} the number of the label; of a call 0 if it returns, else 4 and the
   *     tag of the exception that it throws, -2 being a tag of another module
   */
  public record Way(int offset, int way) {}

  /**
   * An arrival at a site.
   *
   * @param offset byte offset of the call in the original
   * @param arrival how often the path came to it before
   */
  public record Arrival(int offset, int arrival) {}

  /** The same, ended after so many ways. */
  FramePath upTo(int count) {
    return new FramePath(seed, ways.subList(0, Math.min(count, ways.size())), suspensions);
  }

  /** The same with other suspensions. */
  FramePath suspendedAt(List<Arrival> others) {
    return new FramePath(seed, ways, others);
  }
}
