package dev.bysync.ingest.publish;

/** The broker or the store does not do its part; the message says what to do. */
public final class PublishException extends Exception {
  PublishException(String message) {
    super(message);
  }

  PublishException(String message, Throwable cause) {
    super(message, cause);
  }
}
