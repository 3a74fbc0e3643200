package dev.bysync.ingest.publish;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What is published. A record of the index topic:
 *
 * <pre>
 * key:   event id, 32 hexadecimal digits
 * value: id of the events' topic, 16 bytes | SHA-256 of the module, 32 bytes
 * </pre>
 *
 * <p>The topic's id makes the entries of a topic that was deleted and made anew count for nothing.
 */
final class PublishedIndex {
  private static final int VALUE_BYTES = 16 + 32;
  private static final Duration POLL = Duration.ofMillis(500);

  private final Uuid topicId;
  private final Set<String> events = new HashSet<>();
  private final Set<String> modules = new HashSet<>();

  private PublishedIndex(Uuid topicId) {
    this.topicId = topicId;
  }

  /** Reads all that is committed. */
  static PublishedIndex load(KafkaSettings settings, Uuid topicId) throws PublishException {
    PublishedIndex index = new PublishedIndex(topicId);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            settings.consumer(), new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(settings.indexTopic()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long lastProgress = System.nanoTime();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<String, byte[]> each : records) {
          index.read(each, settings);
        }
        if (!records.isEmpty()) {
          lastProgress = System.nanoTime();
        } else if (System.nanoTime() - lastProgress > KafkaSettings.API_TIMEOUT_MS * 1_000_000L) {
          throw new TimeoutException("the index can't be read");
        }
      }
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
    return index;
  }

  private void read(ConsumerRecord<String, byte[]> entry, KafkaSettings settings)
      throws PublishException {
    byte[] value = entry.value();
    if (entry.key() == null || value == null || value.length != VALUE_BYTES) {
      throw new PublishException(
          "topic %s is no index of ours: its record at offset %d is something else; give another topic than %s"
              .formatted(settings.indexTopic(), entry.offset(), settings.topic()));
    }
    ByteBuffer buffer = ByteBuffer.wrap(value);
    if (new Uuid(buffer.getLong(), buffer.getLong()).equals(topicId)) {
      add(entry.key(), HexFormat.of().formatHex(value, 16, VALUE_BYTES));
    }
  }

  boolean hasEvent(String id) {
    return events.contains(id);
  }

  boolean hasModule(String sha256) {
    return modules.contains(sha256);
  }

  void add(String id, String sha256) {
    events.add(id);
    modules.add(sha256);
  }

  /** The record that makes later runs know of an event. */
  ProducerRecord<String, byte[]> entry(String indexTopic, String id, String sha256) {
    byte[] value =
        ByteBuffer.allocate(VALUE_BYTES)
            .putLong(topicId.getMostSignificantBits())
            .putLong(topicId.getLeastSignificantBits())
            .put(HexFormat.of().parseHex(sha256))
            .array();
    return new ProducerRecord<>(indexTopic, id, value);
  }
}
