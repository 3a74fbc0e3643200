package dev.bysync.job.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topic as the driver sees it.
 *
 * @param clusterId Kafka's id of the cluster
 * @param topicId Kafka's id of the topic: another topic of the same name has another
 * @param ends for each partition the offset behind its last record when the run began
 */
public record KafkaTopic(String clusterId, String topicId, Map<Integer, Long> ends) {
  static final int TIMEOUT_MS = 15_000;

  /** A broker that does not answer, or answers with an error; the message says what to do. */
  public static final class UnreachableException extends Exception {
    UnreachableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Asks the cluster about a topic. */
  public static KafkaTopic describe(String bootstrap, Map<String, String> kafka, String topic)
      throws UnreachableException {
    try (Admin admin = admin(bootstrap, kafka)) {
      String cluster = await(admin.describeCluster().clusterId());
      TopicDescription description =
          await(admin.describeTopics(List.of(topic)).allTopicNames()).values().iterator().next();

      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      description
          .partitions()
          .forEach(
              partition ->
                  latest.put(
                      new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
      Map<Integer, Long> ends = new HashMap<>();
      await(admin.listOffsets(latest).all())
          .forEach((partition, info) -> ends.put(partition.partition(), info.offset()));
      return new KafkaTopic(cluster, description.topicId().toString(), Map.copyOf(ends));
    } catch (UnknownTopicOrPartitionException e) {
      throw new UnreachableException(
          "Kafka at %s has no topic %s: ingest modules first, or correct --topic"
              .formatted(bootstrap, topic),
          e);
    } catch (KafkaException | TimeoutException e) {
      throw unreachable(bootstrap, e);
    }
  }

  /** What is wrong when Kafka does not do its part, and what to do. */
  static UnreachableException unreachable(String bootstrap, Exception cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new UnreachableException(
        "Kafka at %s does not answer (%s): start the broker, or correct --kafka and its security properties"
            .formatted(bootstrap, root.getMessage()),
        cause);
  }

  /** Makes the topic of dead letters if there is none. */
  public static void createIfMissing(
      String bootstrap, Map<String, String> kafka, String deadLetterTopic)
      throws UnreachableException {
    try (Admin admin = admin(bootstrap, kafka)) {
      await(
          admin
              .createTopics(
                  List.of(new NewTopic(deadLetterTopic, Optional.empty(), Optional.empty())))
              .all());
    } catch (TopicExistsException e) {
      return; // the usual case
    } catch (KafkaException | TimeoutException e) {
      throw unreachable(bootstrap, e);
    }
  }

  /** Identity of the topic: another one of the same name, or in another cluster, has another. */
  public String identity() {
    return clusterId + "/" + topicId;
  }

  private static Admin admin(String bootstrap, Map<String, String> kafka) {
    Map<String, Object> properties = properties(bootstrap, kafka);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return Admin.create(properties);
  }

  static Map<String, Object> properties(String bootstrap, Map<String, String> kafka) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return properties;
  }

  static <T> T await(Future<T> future) throws TimeoutException {
    try {
      return future.get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException kafka) {
        throw kafka;
      }
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for Kafka", e);
    }
  }
}
