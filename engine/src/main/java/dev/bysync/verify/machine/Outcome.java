package dev.bysync.verify.machine;

/** How a call into an instance ended. */
public sealed interface Outcome {
  /**
   * It returned.
   *
   * @param results slots of the results
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  record Returned(long[] results) implements Outcome {}

  /**
   * It was put aside by the host, and has not ended.
   *
   * @param call to go on with it
   */
  record Parked(ParkedCall call) implements Outcome {}

  /**
   * It did not.
   *
   * @param kind why
   * @param detail the machine's own words, for people
   */
  record Trapped(TrapKind kind, String detail) implements Outcome {}
}
