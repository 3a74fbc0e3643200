package dev.bysync.verify;

/**
 * What a verification exercised.
 *
 * @param sites calls that may suspend, 0 if not known
 * @param sitesSuspended how many of them really suspended and resumed
 * @param exportsRun exported functions that the original was called through
 * @param hostCalls calls of imported functions by the original
 * @param suspensions suspensions made and resumed
 * @param cost what they cost
 */
public record Coverage(
    int sites,
    int sitesSuspended,
    int exportsRun,
    long hostCalls,
    long suspensions,
    SuspensionCost cost) {
  static final Coverage NONE = new Coverage(0, 0, 0, 0, 0, SuspensionCost.NONE);
}
