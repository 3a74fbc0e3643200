package dev.bysync.ingest.http;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A download that could not be had; the message names the address without secrets. */
public final class HttpFailure extends Exception {
  /** What went wrong. */
  public enum Kind {
    /** The server answered with an error; {@link HttpFailure#status} tells which. */
    STATUS,
    /** The server could not be reached, or the connection failed or took too long. */
    NETWORK,
    /** It is larger than allowed. */
    TOO_LARGE,
    /** Its digest is another. */
    INTEGRITY,
    /** Too many redirects, or one that is not followed. */
    REDIRECT,
    /** It can't be written to the disk. */
    DISK
  }

  private final Kind kind;
  private final int status;
  private final transient Map<String, String> challenge;

  private HttpFailure(
      Kind kind,
      int status,
      String message,
      Map<String, String> challenge,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = status;
    this.challenge = challenge;
  }

  static HttpFailure of(Kind kind, String message, @Nullable Throwable cause) {
    return new HttpFailure(kind, 0, message, Map.of(), cause);
  }

  static HttpFailure status(int status, String message, Map<String, String> headers) {
    return new HttpFailure(Kind.STATUS, status, message, headers, null);
  }

  public Kind kind() {
    return kind;
  }

  /** The answer's status code, 0 if there was no answer. */
  public int status() {
    return status;
  }

  /**
   * The answer's header of this lower-case name; only WWW-Authenticate and Retry-After are kept.
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(challenge.get(name));
  }

  /** Whether another attempt may succeed. */
  boolean isPassing() {
    return switch (kind) {
      case NETWORK, INTEGRITY -> true;
      case STATUS -> status == 408 || status == 429 || (status >= 500 && status != 501);
      case TOO_LARGE, REDIRECT, DISK -> false;
    };
  }
}
