package dev.bysync.analysis;

/**
 * An option that can't be followed, by itself or for this module. The message says what to change.
 */
public final class OptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public OptionException(String message) {
    super(message);
  }
}
