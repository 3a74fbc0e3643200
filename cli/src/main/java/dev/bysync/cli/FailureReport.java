package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import java.io.PrintWriter;

/** Tells the user why a command failed. */
final class FailureReport {
  private FailureReport() {}

  /** Prints the failure, with its stack trace only in debug mode, and says how to exit. */
  static ExitCode print(Exception failure, boolean debug, PrintWriter err) {
    if (failure instanceof CliFailure expected) {
      err.println("bysync: " + String.valueOf(expected.getMessage()).replace("\n", "\n        "));
      if (debug) {
        failure.printStackTrace(err);
      }
      return expected.exitCode();
    }
    err.println("bysync: internal error: " + failure);
    if (debug) {
      failure.printStackTrace(err);
    } else {
      err.println("        This is a fault of bysync; --debug shows where. Please report it.");
    }
    return ExitCode.INFRASTRUCTURE;
  }
}
