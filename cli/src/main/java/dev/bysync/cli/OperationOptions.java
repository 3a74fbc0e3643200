package dev.bysync.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a run reads the topic, what it allows a module and what it tells: settings of the job. */
final class OperationOptions {
  @Option(
      names = "--force",
      description = "Process all modules on the topic again, also those in the table.")
  private boolean force;

  @Option(
      names = "--continuous",
      description = "Wait for further modules until Ctrl-C or SIGTERM, then end cleanly.")
  private boolean continuous;

  @Option(
      names = "--poll-seconds",
      paramLabel = "N",
      description = "How often a continuous run looks for modules; default: 10.")
  private @Nullable Integer pollSeconds;

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      description =
          "Where to start on the topic: committed, behind what is in the table (the default), or"
              + " earliest.")
  private @Nullable String from;

  @Option(
      names = "--payload-roots",
      paramLabel = "URI,...",
      description =
          "Folders that modules beside the topic are read from, and no others; default: modules in"
              + " --out, where the ingest of the same --out puts them.")
  private @Nullable String payloadRoots;

  @Option(
      names = "--payload-seconds",
      paramLabel = "N",
      description = "Wall time of reading one of them; default: 300.")
  private @Nullable Integer payloadSeconds;

  @Option(
      names = "--isolation",
      paramLabel = "WHICH",
      description =
          "Which modules get a JVM of their own: outliers (by size, or where an attempt failed; the"
              + " default), or all.")
  private @Nullable String isolation;

  @Option(
      names = "--module-seconds",
      paramLabel = "N",
      description = "Wall time of one module; default: 600.")
  private @Nullable Integer moduleSeconds;

  @Option(
      names = "--fork-above",
      paramLabel = "BYTES",
      description = "Larger modules get a JVM of their own; default: 33554432.")
  private @Nullable Long forkAbove;

  @Option(
      names = "--fork-memory",
      paramLabel = "MIB",
      description = "Heap of such a JVM; default: an equal share of this one's for each slot.")
  private @Nullable Integer forkMemory;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Serve figures for Prometheus there.")
  private @Nullable String metrics;

  @Option(
      names = "--json-log",
      paramLabel = "FILE",
      description = "Append a JSON line for each module, batch and run to this file.")
  private @Nullable String jsonLog;

  /** What was given, as {@code --name}, {@code value}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    PipelineOptions.add(arguments, "--force", force ? "true" : null);
    PipelineOptions.add(arguments, "--continuous", continuous ? "true" : null);
    PipelineOptions.add(arguments, "--poll-seconds", pollSeconds);
    PipelineOptions.add(arguments, "--from", from);
    PipelineOptions.add(arguments, "--payload-roots", payloadRoots);
    PipelineOptions.add(arguments, "--payload-seconds", payloadSeconds);
    PipelineOptions.add(arguments, "--isolation", isolation);
    PipelineOptions.add(arguments, "--module-seconds", moduleSeconds);
    PipelineOptions.add(arguments, "--fork-above", forkAbove);
    PipelineOptions.add(arguments, "--fork-memory", forkMemory);
    PipelineOptions.add(arguments, "--metrics", metrics);
    PipelineOptions.add(arguments, "--json-log", jsonLog);
    return arguments;
  }
}
