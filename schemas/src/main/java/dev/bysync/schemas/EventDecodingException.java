package dev.bysync.schemas;

/** Bytes that are not the event they should be; the message says what is wrong with them. */
public final class EventDecodingException extends Exception {
  EventDecodingException(String message) {
    super(message);
  }

  EventDecodingException(String message, Throwable cause) {
    super(message, cause);
  }
}
