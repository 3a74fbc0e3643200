package dev.bysync.ingest;

/**
 * The broker or the object store failed; the message says what to do. What was published before
 * stays published, and running again goes on from there.
 */
public final class IngestException extends Exception {
  IngestException(String message, Throwable cause) {
    super(message, cause);
  }
}
