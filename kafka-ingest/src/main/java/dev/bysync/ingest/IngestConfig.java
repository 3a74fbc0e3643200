package dev.bysync.ingest;

import dev.bysync.ingest.source.Fetching;
import dev.bysync.ingest.source.Limits;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Where modules go and what sources may cost.
 *
 * @param kafka client settings; {@code bootstrap.servers} must be among them
 * @param topic topic of the events; made if missing, as is {@code TOPIC.index}
 * @param store root of the object store for modules above 512 KiB, for example {@code file:///out}
 *     or {@code s3a://bucket/prefix}
 * @param hadoop settings of the store's file system
 * @param corpus label that all events get; may be empty
 * @param limits what sources may cost
 * @param fetching where packages come from
 * @param partitions how many partitions the topic gets if it has to be made
 * @param known what is done with packages that were looked through before
 */
public record IngestConfig(
    Map<String, Object> kafka,
    String topic,
    URI store,
    Configuration hadoop,
    String corpus,
    Limits limits,
    Fetching fetching,
    int partitions,
    Known known) {
  /** What is done with packages that were looked through before and never change. */
  public enum Known {
    /** They are looked through again, so that the result lists what is in them. */
    LISTED,
    /** They are passed over, and not fetched. */
    PASSED_OVER
  }

  public static final int DEFAULT_PARTITIONS = 4;

  public IngestConfig {
    kafka = Map.copyOf(kafka);
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException("kafka needs bootstrap.servers");
    }
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions must be at least 1: " + partitions);
    }
  }

  public IngestConfig(
      Map<String, Object> kafka,
      String topic,
      URI store,
      Configuration hadoop,
      String corpus,
      Limits limits) {
    this(
        kafka,
        topic,
        store,
        hadoop,
        corpus,
        limits,
        Fetching.defaults(),
        DEFAULT_PARTITIONS,
        Known.LISTED);
  }

  public IngestConfig with(Known value) {
    return new IngestConfig(
        kafka, topic, store, hadoop, corpus, limits, fetching, partitions, value);
  }

  public IngestConfig with(Fetching value) {
    return new IngestConfig(kafka, topic, store, hadoop, corpus, limits, value, partitions, known);
  }
}
