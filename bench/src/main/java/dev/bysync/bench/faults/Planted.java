package dev.bysync.bench.faults;

/**
 * A valid mutant and its module.
 *
 * @param draw how its place was chosen
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Planted(Mutant mutant, byte[] bytes, Draw draw) {
  /** How a place is chosen. */
  enum Draw {
    /** Among all places, each being as likely as any other. */
    EVENLY,
    /** Among the places of its kind, which the even ones had not enough of. */
    BY_KIND
  }
}
