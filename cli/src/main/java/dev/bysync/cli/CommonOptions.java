package dev.bysync.cli;

import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
  static final String DEBUG = "--debug";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(names = DEBUG, description = "Show the stack trace of a failure.")
  boolean debug;
}
