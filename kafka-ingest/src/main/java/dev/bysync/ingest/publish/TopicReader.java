package dev.bysync.ingest.publish;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads what is on partitions now. */
final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Takes a record. */
  interface Reader<K> {
    /** Returns whether to go on. */
    boolean read(ConsumerRecord<K, byte[]> each) throws PublishException;
  }

  private TopicReader() {}

  static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /**
   * Reads partitions from the offsets given to their ends as of now, or until the reader has
   * enough.
   *
   * @throws TimeoutException if the broker stops answering
   */
  static <K> void read(
      Consumer<K, byte[]> consumer, Map<TopicPartition, Long> from, Reader<K> reader)
      throws PublishException {
    consumer.assign(from.keySet());
    from.forEach(consumer::seek);
    Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
    long lastProgress = System.nanoTime();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      ConsumerRecords<K, byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<K, byte[]> each : records) {
        if (!reader.read(each)) {
          return;
        }
      }
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > KafkaSettings.API_TIMEOUT_MS * 1_000_000L) {
        throw new TimeoutException("no records come");
      }
    }
  }
}
