package dev.bysync.verify.machine;

/**
 * Thrown by a host function to put the call into the instance aside, which ends as {@link
 * Outcome.Parked}. Only our own interpreter can do that, and only while {@link Machine#nesting} is
 * 1.
 */
public final class HostPark extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HostPark() {
    super("the call is parked", null, false, false);
  }
}
