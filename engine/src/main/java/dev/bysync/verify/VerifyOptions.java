package dev.bysync.verify;

/**
 * How a module is verified.
 *
 * @param seed decides all that is drawn: arguments, their order, what the host answers
 * @param fuel instructions that the original may execute in all, at least 1; the whole of a
 *     verification executes at most 8 times as many
 */
public record VerifyOptions(long seed, long fuel) {
  public VerifyOptions {
    if (fuel < 1) {
      throw new IllegalArgumentException("fuel must be at least 1, not " + fuel);
    }
  }
}
