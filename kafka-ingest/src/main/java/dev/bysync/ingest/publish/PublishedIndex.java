package dev.bysync.ingest.publish;

import dev.bysync.events.ModuleSubmitted;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.EventDecodingException;
import dev.bysync.schemas.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What is published. A record of the index topic:
 *
 * <pre>
 * key:   event id, 32 hexadecimal digits
 * value: id of the events' topic, 16 bytes | SHA-256 of the module, 32 bytes
 *        | partition, 4 bytes | offset, 8 bytes   (of the event; big endian)
 * </pre>
 *
 * <p>A package that was looked through to its end has a record, too, if it never changes: its key
 * is {@code read/} and the beginning of a hash of its identity, which is also in the place of the
 * SHA-256; the partition is -1. It counts as long as the topic has lost nothing.
 *
 * <p>The topic's id makes the entries of a topic that was deleted and made anew count for nothing,
 * the offset those of events that the topic's retention has removed.
 *
 * <p>Index records are written in the order of the events and after them. So in each partition of
 * the events' topic the indexed events are the first ones, and what a killed run could not index
 * lies behind the last of them: that tail is read from the events' topic itself.
 */
final class PublishedIndex {
  private static final String READ = "read/";

  /** Counts up when more is found in packages than before: then all are looked through again. */
  private static final int SCAN = 2;

  private static final int VALUE_BYTES = 16 + 32 + 4 + 8;

  /** An event on the topic. */
  record Entry(String id, String sha256, int partition, long offset) {}

  private final KafkaSettings settings;
  private final Uuid topicId;
  private final Set<String> events = new HashSet<>();
  private final Set<String> modules = new HashSet<>();
  private final Set<String> read = ConcurrentHashMap.newKeySet();
  private final Map<TopicPartition, Long> beginnings = new HashMap<>();
  private final Map<TopicPartition, Long> tails = new HashMap<>();
  private final List<Entry> missing = new ArrayList<>();

  private PublishedIndex(KafkaSettings settings, Uuid topicId) {
    this.settings = settings;
    this.topicId = topicId;
  }

  /** Reads the index, and from the topic what is not in it yet. */
  static PublishedIndex load(KafkaSettings settings, Uuid topicId) throws PublishException {
    PublishedIndex index = new PublishedIndex(settings, topicId);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            settings.consumer(), new StringDeserializer(), new ByteArrayDeserializer())) {
      index.beginnings.putAll(
          consumer.beginningOffsets(TopicReader.partitions(consumer, settings.topic())));
      index.tails.putAll(index.beginnings);
      Map<TopicPartition, Long> whole =
          consumer.beginningOffsets(TopicReader.partitions(consumer, settings.indexTopic()));
      TopicReader.read(consumer, whole, index::readEntry);
      TopicReader.read(consumer, Map.copyOf(index.tails), index::readEvent);
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
    return index;
  }

  private boolean readEntry(ConsumerRecord<String, byte[]> entry) throws PublishException {
    byte[] value = entry.value();
    if (entry.key() == null || value == null || value.length != VALUE_BYTES) {
      throw new PublishException(
          "topic %s is no index of ours: its record at offset %d is something else; give another topic than %s"
              .formatted(settings.indexTopic(), entry.offset(), settings.topic()));
    }
    ByteBuffer buffer = ByteBuffer.wrap(value);
    Uuid topic = new Uuid(buffer.getLong(), buffer.getLong());
    TopicPartition partition = new TopicPartition(settings.topic(), buffer.getInt(16 + 32));
    long offset = buffer.getLong(16 + 32 + 4);
    if (entry.key().startsWith(READ)) {
      if (topic.equals(topicId) && beginnings.values().stream().allMatch(first -> first == 0)) {
        read.add(entry.key()); // all that was published of it is still there
      }
    } else if (topic.equals(topicId)
        && offset >= beginnings.getOrDefault(partition, Long.MAX_VALUE)) {
      add(entry.key(), HexFormat.of().formatHex(value, 16, 16 + 32));
      tails.merge(partition, offset + 1, Math::max);
    }
    return true;
  }

  private boolean readEvent(ConsumerRecord<String, byte[]> each) {
    ModuleSubmitted event;
    try {
      event = EventCodec.decodeModuleSubmitted(each.value());
    } catch (EventDecodingException e) {
      return true; // not ours; the job makes a dead letter of it
    }
    boolean withoutPayload =
        Payload.of(event) instanceof Payload.Earlier && !hasModule(event.getSha256());
    if (!withoutPayload && !hasEvent(event.getId())) { // the send of the payload may have failed
      missing.add(new Entry(event.getId(), event.getSha256(), each.partition(), each.offset()));
      add(event.getId(), event.getSha256());
    }
    return true;
  }

  boolean hasEvent(String id) {
    return events.contains(id);
  }

  boolean hasModule(String sha256) {
    return modules.contains(sha256);
  }

  /** Whether a package was looked through to its end, and all of it published; thread-safe. */
  boolean hasRead(String identity) {
    return read.contains(READ + HexFormat.of().formatHex(hash(identity), 0, 16));
  }

  /** The record that makes later runs know of a package. */
  ProducerRecord<String, byte[]> readRecord(String identity) {
    byte[] hash = hash(identity);
    String key = READ + HexFormat.of().formatHex(hash, 0, 16);
    read.add(key);
    return new ProducerRecord<>(settings.indexTopic(), key, value(hash, -1, 0));
  }

  private static byte[] hash(String identity) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest((SCAN + " " + identity).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(String id, String sha256) {
    events.add(id);
    modules.add(sha256);
  }

  /** Events that are on the topic and still to be written to the index, in the order of offsets. */
  List<Entry> missing() {
    return missing;
  }

  /** The record that makes later runs know of an event. */
  ProducerRecord<String, byte[]> record(Entry entry) {
    byte[] value =
        value(HexFormat.of().parseHex(entry.sha256()), entry.partition(), entry.offset());
    return new ProducerRecord<>(settings.indexTopic(), entry.id(), value);
  }

  private byte[] value(byte[] hash, int partition, long offset) {
    return ByteBuffer.allocate(VALUE_BYTES)
        .putLong(topicId.getMostSignificantBits())
        .putLong(topicId.getLeastSignificantBits())
        .put(hash)
        .putInt(partition)
        .putLong(offset)
        .array();
  }
}
