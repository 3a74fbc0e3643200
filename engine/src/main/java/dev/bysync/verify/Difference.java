package dev.bysync.verify;

import org.jspecify.annotations.Nullable;

/** Original and transformed module did not do the same. */
final class Difference extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Trial trial;

  Difference(String message) {
    this(message, null);
  }

  private Difference(String message, @Nullable Trial trial) {
    super(message, null, false, false);
    this.trial = trial;
  }

  /** The same, found by these calls and suspensions. */
  Difference in(Trial found) {
    return new Difference(String.valueOf(getMessage()), found);
  }

  /** What shows it when it is run by itself; null if that is not known. */
  @Nullable Trial trial() {
    return trial;
  }
}
