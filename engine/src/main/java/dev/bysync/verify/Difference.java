package dev.bysync.verify;

/** Original and transformed module did not do the same. */
final class Difference extends Exception {
  private static final long serialVersionUID = 1L;

  Difference(String message) {
    super(message, null, false, false);
  }
}
