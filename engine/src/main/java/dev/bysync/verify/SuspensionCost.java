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

  /** One suspension more. */
  SuspensionCost plus(long moreFuel, long moreBytes) {
    return new SuspensionCost(
        fuel + moreFuel, stackBytes + moreBytes, Math.max(deepestStackBytes, moreBytes));
  }
}
