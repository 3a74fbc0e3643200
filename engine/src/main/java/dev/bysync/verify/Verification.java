package dev.bysync.verify;

/**
 * What is known of a pair of modules.
 *
 * @param verdict the verdict, never better than what ran
 * @param reason why it is not a plain VERIFIED, else empty; VERIFIED has one if it stands on less
 *     than programs and frames together, or has no site
 * @param coverage what ran
 * @param fuelOriginal instructions executed by the original in those calls that ended by themselves
 * @param fuelTransformed instructions executed by the transformed module in the same calls, nothing
 *     being suspended
 * @param second what another interpreter says
 * @param sites how each site was come to; empty if the sites are not known
 */
public record Verification(
    Verdict verdict,
    String reason,
    Coverage coverage,
    long fuelOriginal,
    long fuelTransformed,
    SecondOpinion second,
    SiteCoverage sites) {
  /** With nothing known of single sites. */
  Verification(
      Verdict verdict,
      String reason,
      Coverage coverage,
      long fuelOriginal,
      long fuelTransformed,
      SecondOpinion second) {
    this(verdict, reason, coverage, fuelOriginal, fuelTransformed, second, SiteCoverage.NONE);
  }

  public static Verification without(Verdict verdict, String reason) {
    return new Verification(verdict, reason, Coverage.NONE, 0, 0, SecondOpinion.NOT_ASKED);
  }

  /** The same figures with another verdict. */
  Verification by(Verdict other, String otherReason) {
    return new Verification(
        other, otherReason, coverage, fuelOriginal, fuelTransformed, second, sites);
  }

  /** The same with how sites were come to, and what that makes of the coverage. */
  Verification covering(Coverage other, SiteCoverage reached) {
    return new Verification(verdict, reason, other, fuelOriginal, fuelTransformed, second, reached);
  }

  /** The same with what another interpreter says. */
  Verification with(SecondOpinion other) {
    return new Verification(verdict, reason, coverage, fuelOriginal, fuelTransformed, other, sites);
  }
}
