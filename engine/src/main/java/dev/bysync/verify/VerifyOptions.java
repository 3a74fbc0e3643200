package dev.bysync.verify;

import dev.bysync.verify.machine.MachineFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a module is verified.
 *
 * @param seed decides all that is drawn: arguments, their order, what the host answers
 * @param fuel instructions that the original may execute in all, at least 1; the whole of a
 *     verification executes at most 12 times as many
 * @param memory the export of the memory that holds asyncify's stack, if it is not the usual one
 *     ({@code asyncify_memory}, {@code memory}, or the only one); else empty
 * @param overflow when the transformed module must notice that asyncify's stack is too small
 * @param rule where it may be suspended
 * @param minSites percent of the reachable sites that must have been suspended for a verdict of
 *     VERIFIED, 0 to 100, where the sites are known
 * @param second another interpreter that is asked for a {@link SecondOpinion}; null for none
 */
public record VerifyOptions(
    long seed,
    long fuel,
    String memory,
    Overflow overflow,
    SuspensionRule rule,
    int minSites,
    @Nullable MachineFactory second) {
  /** What is asked for by default, percent. */
  public static final int MIN_SITES = 90;

  /** When a stack that is too small must be noticed. */
  public enum Overflow {
    /** Before a byte of the frame that does not fit is written: the program traps at once. */
    AT_ONCE,
    /**
     * When the unwinding is stopped, at the latest: asyncify_stop_unwind traps. Until then frames
     * may have been written past the end, as in Binaryen's output.
     */
    WHEN_STOPPED
  }

  public VerifyOptions {
    if (fuel < 1) {
      throw new IllegalArgumentException("fuel must be at least 1, not " + fuel);
    }
    if (minSites < 0 || minSites > 100) {
      throw new IllegalArgumentException("percent are 0 to 100, not " + minSites);
    }
  }

  /** With the stack in the usual memory. */
  public VerifyOptions(long seed, long fuel) {
    this(seed, fuel, "");
  }

  /** With overflows noticed at once, suspended anywhere. */
  public VerifyOptions(long seed, long fuel, String memory) {
    this(seed, fuel, memory, Overflow.AT_ONCE, SuspensionRule.ANY, MIN_SITES, null);
  }

  /** The same with other {@link #fuel}. */
  VerifyOptions withFuel(long other) {
    return new VerifyOptions(seed, other, memory, overflow, rule, minSites, second);
  }

  /** The same with another {@link #overflow}. */
  public VerifyOptions withOverflow(Overflow other) {
    return new VerifyOptions(seed, fuel, memory, other, rule, minSites, second);
  }

  /** The same with another {@link #rule}. */
  public VerifyOptions withRule(SuspensionRule other) {
    return new VerifyOptions(seed, fuel, memory, overflow, other, minSites, second);
  }

  /** The same with another {@link #second}. */
  public VerifyOptions withSecond(@Nullable MachineFactory other) {
    return new VerifyOptions(seed, fuel, memory, overflow, rule, minSites, other);
  }

  /** The same with another {@link #minSites}. */
  public VerifyOptions withMinSites(int percent) {
    return new VerifyOptions(seed, fuel, memory, overflow, rule, percent, second);
  }
}
