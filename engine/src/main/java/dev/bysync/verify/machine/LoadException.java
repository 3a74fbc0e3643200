package dev.bysync.verify.machine;

/** A module that a machine does not run, and why. */
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is. */
  public enum Kind {
    /** The module's: it is malformed or invalid. */
    INVALID,
    /** The machine's: it lacks a feature, which the message names. */
    UNSUPPORTED,
    /** The module's, for being beyond a limit of the machine, which the message names. */
    LIMIT,
    /** The machine's: it failed inside. */
    FAULT
  }

  private final Kind kind;

  public LoadException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
