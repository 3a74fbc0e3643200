package dev.bysync.verify;

/**
 * What suspensions cost, all that were made and resumed together.
 *
 * @param fuel instructions executed from the call that starts unwinding to the one that has stopped
 *     rewinding, by the module and its control functions
 * @param stackBytes bytes of the frames that were written
 * @param deepestStackBytes bytes of the frames of the suspension with the most
 */
public record SuspensionCost(long fuel, long stackBytes, long deepestStackBytes) {
  static final SuspensionCost NONE = new SuspensionCost(0, 0, 0);

  /** What Emscripten gives by default, bytes: recommended sizes are whole multiples of it. */
  private static final long UNIT = 4096;

  /** Calls that a program is led to here are rarely the deepest it has. */
  private static final long FACTOR = 2;

  /**
   * A size for the stack, bytes, without the structure in front of it: twice what the deepest
   * suspension took, rounded up to a multiple of what Emscripten gives by default, which is the
   * least.
   */
  public long recommendedStackBytes() {
    return recommendedStackBytes(deepestStackBytes);
  }

  /** The same of what the deepest suspension took. */
  public static long recommendedStackBytes(long deepest) {
    long wanted = Math.max(1, FACTOR * deepest);
    return (wanted + UNIT - 1) / UNIT * UNIT;
  }

  /** One suspension more. */
  SuspensionCost plus(long moreFuel, long moreBytes) {
    return new SuspensionCost(
        fuel + moreFuel, stackBytes + moreBytes, Math.max(deepestStackBytes, moreBytes));
  }
}
