package dev.bysync.strategy;

/** A command that transforms modules gave none. */
public final class StrategyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no module. */
  public enum Kind {
    /** The command failed, or wrote nothing: it doesn't take this module. */
    REFUSED,
    /** It was ended because it took too much time or memory, or wrote too much. */
    LIMIT,
    /** It could not be run at all, with whatever module. */
    UNAVAILABLE
  }

  private final Kind kind;

  StrategyException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
