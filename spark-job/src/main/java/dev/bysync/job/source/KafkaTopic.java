package dev.bysync.job.source;

import dev.bysync.events.DeadLetter;
import dev.bysync.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic as the driver sees it.
 *
 * @param clusterId Kafka's id of the cluster
 * @param topicId Kafka's id of the topic: another topic of the same name has another
 * @param ends for each partition the offset behind its last record when the run began
 */
public record KafkaTopic(String clusterId, String topicId, Map<Integer, Long> ends) {
  private static final int TIMEOUT_MS = 15_000;

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

  /**
   * Sends records to the topic of dead letters and waits until all are there. A batch that is run
   * again sends them again; a dead letter's key and its fields tell which record it is of.
   */
  public static void sendDeadLetters(
      String bootstrap,
      Map<String, String> kafka,
      String topic,
      String deadLetterTopic,
      List<Undecodable> records)
      throws UnreachableException {
    Map<String, Object> properties = properties(bootstrap, kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * TIMEOUT_MS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    try {
      createIfMissing(bootstrap, kafka, deadLetterTopic);
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
        List<Future<?>> sent = new ArrayList<>();
        for (Undecodable record : records) {
          byte[] key =
              "%s/%d/%d"
                  .formatted(topic, record.position().partition(), record.position().offset())
                  .getBytes(StandardCharsets.UTF_8);
          sent.add(
              producer.send(
                  new ProducerRecord<>(
                      deadLetterTopic, key, EventCodec.encode(deadLetter(topic, record)))));
        }
        producer.flush();
        for (Future<?> future : sent) {
          await(future);
        }
      }
    } catch (KafkaException | TimeoutException e) {
      throw unreachable(bootstrap, e);
    }
  }

  /** What is wrong when Kafka does not do its part, and what to do. */
  private static UnreachableException unreachable(String bootstrap, Exception cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new UnreachableException(
        "Kafka at %s does not answer (%s): start the broker, or correct --kafka and its security properties"
            .formatted(bootstrap, root.getMessage()),
        cause);
  }

  private static void createIfMissing(
      String bootstrap, Map<String, String> kafka, String deadLetterTopic) throws TimeoutException {
    try (Admin admin = admin(bootstrap, kafka)) {
      await(
          admin
              .createTopics(
                  List.of(new NewTopic(deadLetterTopic, Optional.empty(), Optional.empty())))
              .all());
    } catch (TopicExistsException e) {
      return; // the usual case
    }
  }

  private static DeadLetter deadLetter(String topic, Undecodable record) {
    DeadLetter letter =
        EventCodec.deadLetter(
            topic,
            record.position().partition(),
            record.position().offset(),
            record.reason(),
            record.raw());
    return DeadLetter.newBuilder(letter)
        .setRaw(ByteBuffer.wrap(record.raw()))
        .setRawSize(record.rawSize())
        .build();
  }

  private static Admin admin(String bootstrap, Map<String, String> kafka) {
    Map<String, Object> properties = properties(bootstrap, kafka);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return Admin.create(properties);
  }

  private static Map<String, Object> properties(String bootstrap, Map<String, String> kafka) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return properties;
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
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
