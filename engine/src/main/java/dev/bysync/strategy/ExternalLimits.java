package dev.bysync.strategy;

import dev.bysync.analysis.OptionException;

/**
 * What one run of a command may take. Memory and output are looked at about twenty times a second,
 * so a command can exceed them for that long; memory is only where the system has {@code /proc}.
 *
 * @param seconds wall time, 1 to 86,400
 * @param memoryMegabytes resident memory of the command and all that it starts, MiB, at least 1
 * @param outputMegabytes all that it writes into its folder and prints, MiB, at least 1
 */
public record ExternalLimits(int seconds, int memoryMegabytes, int outputMegabytes) {
  /**
   * Checks the ranges.
   *
   * @throws OptionException if one is left
   */
  public ExternalLimits {
    check("seconds", seconds, 86_400);
    check("MiB of memory", memoryMegabytes, Integer.MAX_VALUE);
    check("MiB of output", outputMegabytes, 2047);
  }

  private static void check(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new OptionException(
          "an external command gets 1 to %d %s, not %d".formatted(most, what, value));
    }
  }

  /** Ten minutes, 4 GiB, 1 GiB. */
  public static ExternalLimits defaults() {
    return new ExternalLimits(600, 4096, 1024);
  }

  long memoryBytes() {
    return (long) memoryMegabytes << 20;
  }

  long outputBytes() {
    return (long) outputMegabytes << 20;
  }
}
