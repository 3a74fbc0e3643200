package dev.bysync.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that need a broker and a topic and nothing else. */
final class BrokerOptions {
  @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Kafka brokers.")
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
      description = "Properties file with defaults; the environment (BYSYNC_KAFKA) counts more.")
  private @Nullable String config;

  /** What was given, as {@code --name}, {@code value}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    PipelineOptions.add(arguments, "--kafka", kafka);
    PipelineOptions.add(arguments, "--kafka-properties", kafkaProperties);
    PipelineOptions.add(arguments, "--topic", topic);
    PipelineOptions.add(arguments, "--config", config);
    return arguments;
  }
}
