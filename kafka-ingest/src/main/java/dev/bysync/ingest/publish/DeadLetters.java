package dev.bysync.ingest.publish;

import dev.bysync.events.DeadLetter;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.EventDecodingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What the job has put aside on {@code TOPIC.dead-letters}: records of TOPIC that are no events, or
 * that nothing could be done with. Reads them, and publishes their originals again. A record that
 * was published again has the header {@code bysync.dead-letter} with the letter's id.
 */
public final class DeadLetters implements AutoCloseable {
  private static final String HEADER = "bysync.dead-letter";

  /**
   * A record that was put aside.
   *
   * @param id {@code partition/offset} of the record on the topic of modules
   * @param letter what is known of it
   * @param at when it was put aside, as the broker says
   */
  public record Letter(String id, DeadLetter letter, Instant at) {
    static Letter of(ConsumerRecord<byte[], byte[]> each) throws EventDecodingException {
      DeadLetter letter = EventCodec.decodeDeadLetter(each.value());
      String id = letter.getPartition() + "/" + letter.getOffset();
      return new Letter(id, letter, Instant.ofEpochMilli(each.timestamp()));
    }

    /** The record's value, its beginning at least. */
    public byte[] raw() {
      ByteBuffer raw = letter.getRaw().duplicate();
      byte[] bytes = new byte[raw.remaining()];
      raw.get(bytes);
      return bytes;
    }
  }

  /** Takes letters. */
  public interface Reader {
    /** Returns whether to go on. */
    boolean read(Letter letter) throws PublishException;
  }

  /** Which records are published again. */
  public enum Check {
    /** Those that can be decoded by now: by a newer version, say. */
    DECODABLE,
    /** All of them. */
    NONE
  }

  /** What became of a replay. */
  public sealed interface Replay {
    /** The record is on the topic again. */
    record Sent(int partition, long offset) implements Replay {}

    /** It would be put aside again. */
    record StillUndecodable(String reason) implements Replay {}

    /** The topic doesn't have the record any more, and the letter only the beginning of it. */
    record Gone(long size, long kept) implements Replay {}
  }

  private final KafkaSettings settings;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  private DeadLetters(KafkaSettings settings, KafkaConsumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.consumer = consumer;
  }

  /**
   * Connects.
   *
   * @param kafka client settings; {@code bootstrap.servers} must be among them
   * @param topic the topic of modules
   */
  public static DeadLetters open(Map<String, Object> kafka, String topic) throws PublishException {
    KafkaSettings settings = new KafkaSettings(kafka, topic);
    try {
      return new DeadLetters(
          settings,
          new KafkaConsumer<>(
              settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
  }

  /**
   * Reads all letters, each once even if the job wrote it more than once, the oldest of each
   * partition first.
   *
   * @return how many records of the topic are no dead letters
   */
  public long each(Reader reader) throws PublishException {
    Set<String> seen = new HashSet<>();
    AtomicLong foreign = new AtomicLong();
    try {
      List<TopicPartition> partitions =
          TopicReader.partitions(consumer, settings.deadLetterTopic());
      TopicReader.read(
          consumer,
          consumer.beginningOffsets(partitions),
          each -> {
            try {
              Letter letter = Letter.of(each);
              return !seen.add(letter.id()) || reader.read(letter);
            } catch (EventDecodingException e) {
              foreign.incrementAndGet();
              return true;
            }
          });
    } catch (UnknownTopicOrPartitionException e) {
      return 0; // nothing was ever put aside
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
    return foreign.get();
  }

  /** Publishes a letter's original again; it is there when this returns. */
  public Replay replay(Letter letter, Check check) throws PublishException {
    try {
      Optional<ConsumerRecord<byte[], byte[]>> original = original(letter);
      byte[] raw = letter.raw();
      if (original.isEmpty() && raw.length < letter.letter().getRawSize()) {
        return new Replay.Gone(letter.letter().getRawSize(), raw.length);
      }
      byte[] value = original.isPresent() ? original.get().value() : raw;
      byte[] key = original.map(ConsumerRecord::key).orElse(null);
      try {
        ModuleSubmitted event = EventCodec.decodeModuleSubmitted(value);
        key = event.getSha256().getBytes(StandardCharsets.UTF_8);
      } catch (EventDecodingException e) {
        if (check == Check.DECODABLE) {
          return new Replay.StillUndecodable(String.valueOf(e.getMessage()));
        }
      }
      ProducerRecord<byte[], byte[]> message =
          new ProducerRecord<>(settings.topic(), null, key, value);
      message.headers().add(new RecordHeader(HEADER, letter.id().getBytes(StandardCharsets.UTF_8)));
      RecordMetadata sent = producer().send(message).get(); // bounded by the delivery timeout
      return new Replay.Sent(sent.partition(), sent.offset());
    } catch (KafkaException | ExecutionException e) {
      throw settings.explain(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while publishing", e);
    }
  }

  /** The record itself, if the topic still has it; another that took its place is told apart. */
  private Optional<ConsumerRecord<byte[], byte[]>> original(Letter letter) throws PublishException {
    DeadLetter of = letter.letter();
    TopicPartition partition = new TopicPartition(settings.topic(), of.getPartition());
    if (!of.getTopic().equals(settings.topic())
        || !TopicReader.partitions(consumer, settings.topic()).contains(partition)) {
      return Optional.empty();
    }
    long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (of.getOffset() < begin) {
      return Optional.empty();
    }
    byte[] raw = letter.raw();
    AtomicReference<@Nullable ConsumerRecord<byte[], byte[]>> found = new AtomicReference<>();
    TopicReader.read(
        consumer,
        Map.of(partition, of.getOffset()),
        each -> {
          byte[] value = each.value() == null ? new byte[0] : each.value();
          boolean same =
              each.offset() == of.getOffset()
                  && value.length == of.getRawSize()
                  && Arrays.equals(value, 0, raw.length, raw, 0, raw.length);
          found.set(same ? each : null);
          return false;
        });
    return Optional.ofNullable(found.get());
  }

  private KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer =
          new KafkaProducer<>(
              settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  @Override
  public void close() {
    consumer.close();
    if (producer != null) {
      producer.close();
    }
  }
}
