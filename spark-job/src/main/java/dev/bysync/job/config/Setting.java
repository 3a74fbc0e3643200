package dev.bysync.job.config;

import java.util.Locale;

/** What can be set. On the command line as {@code --name}, in a file as {@code name}. */
public enum Setting {
  KAFKA("kafka", "", "Kafka's brokers, host:port[,host:port...]"),
  KAFKA_PROPERTIES("kafka-properties", "", "file of further Kafka properties, such as security"),
  TOPIC("topic", "bysync.modules", "topic of submitted modules"),
  OUT("out", "", "root of the store: file:///path, s3a://bucket/path or another Hadoop URI"),
  RUN_ID("run-id", "", "name of the run; default: the time it starts"),
  CHECKPOINTS("checkpoints", "", "folder of Spark's checkpoints; default: OUT/checkpoints"),
  SLOTS("slots", "0", "modules processed at the same time; 0: as many as Spark has cores"),
  BATCH_EVENTS("batch-events", "1000", "events in one batch"),
  MAX_MODULE_BYTES("max-module-bytes", "268435456", "largest module that is processed"),
  SEED("seed", "1", "seed of all that the verification draws"),
  FUEL("fuel", "20000000", "instructions that one run of one module may execute");

  private final String key;
  private final String defaultValue;
  private final String description;

  Setting(String key, String defaultValue, String description) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  public String key() {
    return key;
  }

  String defaultValue() {
    return defaultValue;
  }

  /** Name in the environment, such as BYSYNC_RUN_ID. */
  String variable() {
    return "BYSYNC_" + key.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  String help() {
    String suffix = defaultValue.isEmpty() ? "" : " (default " + defaultValue + ")";
    return "  --%-18s %s%s".formatted(key, description, suffix);
  }
}
