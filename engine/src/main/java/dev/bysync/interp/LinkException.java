package dev.bysync.interp;

/** An import that is missing or of another type than the module wants. */
public final class LinkException extends Exception {
  private static final long serialVersionUID = 1L;

  LinkException(String message) {
    super(message);
  }
}
