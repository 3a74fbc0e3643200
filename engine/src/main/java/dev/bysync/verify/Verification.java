package dev.bysync.verify;

/**
 * What is known of a pair of modules.
 *
 * @param verdict the verdict, never better than what ran
 * @param reason why it is not a plain VERIFIED, else empty; VERIFIED has one if only the probe
 *     variant could be suspended
 * @param coverage what ran
 * @param fuelOriginal instructions executed by the original in those calls that ended by themselves
 * @param fuelTransformed instructions executed by the transformed module in the same calls, nothing
 *     being suspended
 * @param second what another interpreter says
 */
public record Verification(
    Verdict verdict,
    String reason,
    Coverage coverage,
    long fuelOriginal,
    long fuelTransformed,
    SecondOpinion second) {
  static Verification without(Verdict verdict, String reason) {
    return new Verification(verdict, reason, Coverage.NONE, 0, 0, SecondOpinion.NOT_ASKED);
  }

  /** The same for another reason. */
  Verification because(String other) {
    return by(verdict, other, coverage);
  }

  /** The same figures with another verdict and coverage. */
  Verification by(Verdict other, String otherReason, Coverage otherCoverage) {
    return new Verification(
        other, otherReason, otherCoverage, fuelOriginal, fuelTransformed, second);
  }

  /** The same with what another interpreter says. */
  Verification with(SecondOpinion other) {
    return new Verification(verdict, reason, coverage, fuelOriginal, fuelTransformed, other);
  }
}
