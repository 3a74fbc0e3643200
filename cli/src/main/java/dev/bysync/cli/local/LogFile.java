package dev.bysync.cli.local;

import java.nio.file.Path;

/** Where the log of a run goes: a file, never the terminal. */
public final class LogFile {
  private LogFile() {}

  /** Logs nowhere: for commands that are over in a moment and tell their failures themselves. */
  public static void discard() {
    System.setProperty(
        "log4j2.configurationFile", "classpath:dev/bysync/cli/log4j2-none.properties");
  }

  /**
   * Sends all logging of this process to a file; appends. Has to come before the first logger is
   * made, later calls have no effect.
   *
   * @return the file
   */
  public static Path use(Path directory) {
    Path file = directory.resolve("bysync.log");
    System.setProperty("bysync.log.file", file.toString());
    System.setProperty("log4j2.configurationFile", "classpath:dev/bysync/cli/log4j2.properties");
    return file;
  }
}
