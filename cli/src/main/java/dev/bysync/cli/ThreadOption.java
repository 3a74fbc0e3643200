package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many modules a command works on at a time. */
final class ThreadOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Of several modules, how many are worked on at a time; default: the processors.")
  private @Nullable Integer threads;

  int count() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (count < 1 || count > 1024) {
      throw CliFailure.usage("--threads must be 1 to 1024, not " + count);
    }
    return count;
  }
}
