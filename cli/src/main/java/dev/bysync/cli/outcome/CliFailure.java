package dev.bysync.cli.outcome;

import org.jspecify.annotations.Nullable;

/**
 * An expected failure: what went wrong and what to do, with no stack trace for the user. The
 * message is a full sentence without a final line break; it may have several lines.
 */
public final class CliFailure extends RuntimeException {
  private final ExitCode exitCode;

  private CliFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** A command line that can't be carried out. */
  public static CliFailure usage(String message) {
    return new CliFailure(ExitCode.USAGE, message, null);
  }

  /** An input that can't be opened or processed. */
  public static CliFailure badInput(String message, @Nullable Throwable cause) {
    return new CliFailure(ExitCode.BAD_INPUT, message, cause);
  }

  /** A broker, store or disk that doesn't do its part. */
  public static CliFailure infrastructure(String message, @Nullable Throwable cause) {
    return new CliFailure(ExitCode.INFRASTRUCTURE, message, cause);
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
