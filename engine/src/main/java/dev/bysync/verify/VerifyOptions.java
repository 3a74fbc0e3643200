package dev.bysync.verify;

/**
 * How a module is verified.
 *
 * @param seed decides all that is drawn: arguments, their order, what the host answers
 * @param fuel instructions that the original may execute in all, at least 1; the whole of a
 *     verification executes at most 8 times as many
 * @param memory the export of the memory that holds asyncify's stack, if it is not the usual one
 *     ({@code asyncify_memory}, {@code memory}, or the only one); else empty
 */
public record VerifyOptions(long seed, long fuel, String memory) {
  public VerifyOptions {
    if (fuel < 1) {
      throw new IllegalArgumentException("fuel must be at least 1, not " + fuel);
    }
  }

  /** With the stack in the usual memory. */
  public VerifyOptions(long seed, long fuel) {
    this(seed, fuel, "");
  }
}
