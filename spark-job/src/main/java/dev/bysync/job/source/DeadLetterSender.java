package dev.bysync.job.source;

import dev.bysync.events.DeadLetter;
import dev.bysync.schemas.EventCodec;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts records aside: on the topic of dead letters, each with the reason and its bytes as far as a
 * dead letter may hold them. Works on the executors, where the records are.
 *
 * @param bootstrap Kafka's brokers
 * @param kafka further properties of Kafka's clients
 * @param topic the topic that the records are of
 * @param deadLetterTopic where they go
 */
public record DeadLetterSender(
    String bootstrap, Map<String, String> kafka, String topic, String deadLetterTopic)
    implements Serializable {
  /** How many records may be under way: their bytes are in memory. */
  private static final int WINDOW = 64;

  /** A record and what is wrong with it; a record without a value has an empty one here. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  public record Rejected(Position position, String reason, byte[] raw) {}

  /** Makes the topic of dead letters if there is none. */
  public void prepare() throws KafkaTopic.UnreachableException {
    KafkaTopic.createIfMissing(bootstrap, kafka, deadLetterTopic);
  }

  /**
   * Sends records and waits until all are there. A batch that is run again sends them again; a dead
   * letter's key and its fields tell which record it is of.
   */
  public void send(Iterator<Rejected> records) throws KafkaTopic.UnreachableException {
    if (!records.hasNext()) {
      return;
    }
    Map<String, Object> properties = KafkaTopic.properties(bootstrap, kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, KafkaTopic.TIMEOUT_MS);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * KafkaTopic.TIMEOUT_MS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, KafkaTopic.TIMEOUT_MS);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      Deque<Future<?>> sent = new ArrayDeque<>();
      while (records.hasNext()) {
        sent.add(producer.send(letter(records.next())));
        if (sent.size() == WINDOW) {
          KafkaTopic.await(sent.remove());
        }
      }
      producer.flush();
      while (!sent.isEmpty()) {
        KafkaTopic.await(sent.remove());
      }
    } catch (KafkaException | TimeoutException e) {
      throw KafkaTopic.unreachable(bootstrap, e);
    }
  }

  /** Without the values of Kafka's properties: there may be passwords among them. */
  @Override
  public String toString() {
    return "DeadLetterSender[%s, %s, %s]".formatted(bootstrap, topic, deadLetterTopic);
  }

  private ProducerRecord<byte[], byte[]> letter(Rejected record) {
    Position position = record.position();
    DeadLetter letter =
        EventCodec.deadLetter(
            topic, position.partition(), position.offset(), record.reason(), record.raw());
    byte[] key =
        "%s/%d/%d"
            .formatted(topic, position.partition(), position.offset())
            .getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(deadLetterTopic, key, EventCodec.encode(letter));
  }
}
