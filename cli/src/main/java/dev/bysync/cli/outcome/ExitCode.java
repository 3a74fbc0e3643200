package dev.bysync.cli.outcome;

/** The exit codes of every command; documented in the help and in README. */
public enum ExitCode {
  /** Everything asked for was done. */
  DONE(0),
  /** A module's verdict is MISMATCH or ERROR. */
  VERIFICATION_FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** An input could not be opened, or is no module that can be processed. */
  BAD_INPUT(3),
  /** A broker, a store, a disk or Bysync itself failed. */
  INFRASTRUCTURE(4);

  /** The same for annotations, which need a constant. */
  public static final int USAGE_CODE = 2;

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
