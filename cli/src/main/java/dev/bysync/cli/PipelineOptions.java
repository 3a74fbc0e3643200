package dev.bysync.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that {@code run} and {@code ingest} share: settings of the job, passed on as given. */
final class PipelineOptions {
  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR_OR_URI",
      description =
          "Where results go: a folder, or an address of a Hadoop file system such as"
              + " s3a://bucket/path.")
  private @Nullable String out;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers, separated by commas, to use in place of the embedded one.")
  private @Nullable String kafka;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description = "Further properties of Kafka's clients, such as security.")
  private @Nullable String kafkaProperties;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Topic of the submitted modules; default: bysync.modules.")
  private @Nullable String topic;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties file with defaults for all options that take one value, by their names"
              + " without dashes. The environment (BYSYNC_OUT for --out and so on) counts more,"
              + " the command line most.")
  private @Nullable String config;

  /** What was given, as {@code --name}, {@code value}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    add(arguments, "--out", out);
    add(arguments, "--kafka", kafka);
    add(arguments, "--kafka-properties", kafkaProperties);
    add(arguments, "--topic", topic);
    add(arguments, "--config", config);
    return arguments;
  }

  /** Appends an option that was given. */
  static void add(List<String> arguments, String name, @Nullable Object value) {
    if (value != null) {
      arguments.add(name);
      arguments.add(value.toString());
    }
  }
}
