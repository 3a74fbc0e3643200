package dev.bysync.cli;

import dev.bysync.analysis.OptionException;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.strategy.External;
import dev.bysync.strategy.ExternalLimits;
import dev.bysync.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What transforms the modules. */
final class StrategyOptions {
  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description =
          "What transforms: dispatch (default), or external:'COMMAND with {in} and {out}', which"
              + " runs any command without a shell. A run takes several and compares them.")
  private List<String> strategies = new ArrayList<>();

  @Option(
      names = "--external-seconds",
      paramLabel = "N",
      description = "Wall time of one run of the command; default: 600.")
  private @Nullable Integer seconds;

  @Option(
      names = "--external-memory",
      paramLabel = "MIB",
      description = "Memory of the command and what it starts, where /proc tells; default: 4096.")
  private @Nullable Integer memory;

  @Option(
      names = "--external-output",
      paramLabel = "MIB",
      description = "What the command may write; default: 1024.")
  private @Nullable Integer output;

  /** What was given, as settings of the job. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (!strategies.isEmpty()) {
      for (String name : strategies) {
        if (name.contains("\n")) {
          throw CliFailure.usage("a strategy is one line, not '%s' (--strategy)".formatted(name));
        }
      }
      PipelineOptions.add(arguments, "--strategy", String.join("\n", strategies));
    }
    PipelineOptions.add(arguments, "--external-seconds", seconds);
    PipelineOptions.add(arguments, "--external-memory", memory);
    PipelineOptions.add(arguments, "--external-output", output);
    return arguments;
  }

  /**
   * The only strategy.
   *
   * @throws CliFailure if several were given, or one that there isn't
   */
  Strategy one() {
    if (strategies.size() > 1) {
      throw CliFailure.usage("one strategy at a time (--strategy): bysync run compares several");
    }
    ExternalLimits defaults = ExternalLimits.defaults();
    try {
      ExternalLimits limits =
          new ExternalLimits(
              seconds == null ? defaults.seconds() : seconds,
              memory == null ? defaults.memoryMegabytes() : memory,
              output == null ? defaults.outputMegabytes() : output);
      Strategy strategy =
          Strategy.parse(strategies.isEmpty() ? "dispatch" : strategies.get(0), limits);
      if (!(strategy instanceof External) && !limits.equals(defaults)) {
        throw CliFailure.usage("--external-... are limits of --strategy external:COMMAND");
      }
      return strategy;
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
