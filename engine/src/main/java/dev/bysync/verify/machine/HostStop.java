package dev.bysync.verify.machine;

/** Thrown by a host function to end the outermost call into the instance with this trap. */
public final class HostStop extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final TrapKind kind;

  public HostStop(TrapKind kind, String detail) {
    super(detail, null, false, false);
    this.kind = kind;
  }

  public TrapKind kind() {
    return kind;
  }
}
