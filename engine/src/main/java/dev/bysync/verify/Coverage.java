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
 * @param schedules what was done beside suspending at every call
 * @param probe the same of the module's probe variant
 */
public record Coverage(
    int sites,
    int sitesSuspended,
    int exportsRun,
    long hostCalls,
    long suspensions,
    SuspensionCost cost,
    Schedules schedules,
    Probe probe) {
  static final Coverage NONE =
      new Coverage(0, 0, 0, 0, 0, SuspensionCost.NONE, Schedules.NONE, Probe.NONE);

  /**
   * What was done beside suspending at every call and twice in a row. All of it belongs to the same
   * module as the counts around it.
   *
   * @param random suspensions at random calls of the host, of {@link #suspensions}
   * @param alone suspensions that were the first and only one of their instance, of {@link
   *     #suspensions}
   * @param visits calls of exports that were made, and ended, while another call was suspended
   * @param reordered suspensions that were resumed before a later one
   * @param overflows stacks too small for a suspension, all of which were noticed
   */
  public record Schedules(long random, long alone, long visits, long reordered, long overflows) {
    static final Schedules NONE = new Schedules(0, 0, 0, 0, 0);
  }

  /**
   * What was exercised in the probe variant: the module with calls of a function that suspends
   * added at the entry of functions and the head of loops. All 0 if it did not run.
   *
   * @param sites calls in the variant that may suspend
   * @param sitesSuspended how many of them really suspended and resumed
   * @param suspensions suspensions made and resumed in the variant
   */
  public record Probe(int sites, int sitesSuspended, long suspensions) {
    static final Probe NONE = new Probe(0, 0, 0);

    static Probe of(Coverage variant) {
      return new Probe(variant.sites(), variant.sitesSuspended(), variant.suspensions());
    }
  }

  Coverage with(Probe ran) {
    return new Coverage(
        sites, sitesSuspended, exportsRun, hostCalls, suspensions, cost, schedules, ran);
  }
}
