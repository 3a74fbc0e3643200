package dev.bysync.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.SourceKind;
import dev.bysync.ingest.publish.DeadLetters.Check;
import dev.bysync.ingest.publish.DeadLetters.Letter;
import dev.bysync.ingest.publish.DeadLetters.Replay;
import dev.bysync.ingest.source.Fixtures;
import dev.bysync.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class DeadLettersTest {
  private static final byte[] NOISE = "no event".getBytes(StandardCharsets.UTF_8);

  private final String topic = "dead-" + UUID.randomUUID();
  private final BrokerProcess broker;

  DeadLettersTest(BrokerProcess broker) {
    this.broker = broker;
  }

  @BeforeEach
  void topics() throws Exception {
    try (Admin admin = Admin.create(kafka())) {
      NewTopic events = new NewTopic(topic, 2, (short) 1);
      events.configs(Map.of("max.message.bytes", "2000000"));
      admin
          .createTopics(List.of(events, new NewTopic(topic + ".dead-letters", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @Test
  void eachLetterIsListedOnce() throws Exception {
    RecordMetadata first = send(topic, NOISE);
    RecordMetadata second = send(topic, new byte[3]);
    putAside(first, NOISE, NOISE.length);
    putAside(second, new byte[3], 3);
    putAside(first, NOISE, NOISE.length); // the job's batch was run again
    send(topic + ".dead-letters", NOISE); // somebody else's
    List<String> ids = new ArrayList<>();
    try (DeadLetters letters = DeadLetters.open(kafka(), topic)) {
      assertThat(letters.each(letter -> ids.add(letter.id()))).isEqualTo(1);
      assertThat(ids).containsExactly(id(first), id(second));
      ids.clear();
      letters.each(letter -> ids.add(letter.id()) && ids.isEmpty());
      assertThat(ids).as("stops when told to").hasSize(1);
    }
  }

  @Test
  void noTopicNoLetters() throws Exception {
    try (DeadLetters letters = DeadLetters.open(kafka(), topic + "-other")) {
      assertThat(letters.each(letter -> true)).isZero();
    }
  }

  @Test
  void whatIsStillNoEventIsSentOnlyWhenAskedFor() throws Exception {
    RecordMetadata sent = send(topic, NOISE);
    putAside(sent, NOISE, NOISE.length);
    try (DeadLetters letters = DeadLetters.open(kafka(), topic)) {
      Letter letter = only(letters);
      assertThat(letters.replay(letter, Check.DECODABLE))
          .isInstanceOf(Replay.StillUndecodable.class);
      assertThat(PublishedEvents.records(broker, topic)).hasSize(1);
      assertThat(letters.replay(letter, Check.NONE)).isInstanceOf(Replay.Sent.class);
    }
    List<ConsumerRecord<String, byte[]>> records = PublishedEvents.records(broker, topic);
    assertThat(records).hasSize(2).allMatch(each -> Arrays.equals(each.value(), NOISE));
    assertThat(records).anyMatch(each -> each.headers().lastHeader("bysync.dead-letter") != null);
  }

  @Test
  void anEventThatTheLetterHoldsOnlyTheBeginningOfComesFromTheTopic() throws Exception {
    byte[] event = event(new byte[300_000]);
    RecordMetadata sent = send(topic, event);
    putAside(sent, Arrays.copyOf(event, 65_536), event.length);
    try (DeadLetters letters = DeadLetters.open(kafka(), topic)) {
      assertThat(letters.replay(only(letters), Check.DECODABLE)).isInstanceOf(Replay.Sent.class);
    }
    List<ConsumerRecord<String, byte[]>> records = PublishedEvents.records(broker, topic);
    assertThat(records).hasSize(2).allMatch(each -> Arrays.equals(each.value(), event));
    assertThat(records).anyMatch(each -> each.key() != null && each.key().length() == 64);
  }

  @Test
  void theTopicHasForgottenIt() throws Exception {
    byte[] small = event(new byte[10]);
    byte[] large = event(new byte[300_000]);
    putAside(send(topic, small), small, small.length);
    putAside(send(topic, large), Arrays.copyOf(large, 65_536), large.length);
    try (Admin admin = Admin.create(kafka())) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1),
                  new TopicPartition(topic, 1), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get();
    }
    List<Replay> replays = new ArrayList<>();
    try (DeadLetters letters = DeadLetters.open(kafka(), topic)) {
      List<Letter> all = new ArrayList<>();
      letters.each(all::add);
      for (Letter letter : all) {
        replays.add(letters.replay(letter, Check.DECODABLE));
      }
    }
    assertThat(replays.get(0)).isInstanceOf(Replay.Sent.class);
    assertThat(replays.get(1)).isEqualTo(new Replay.Gone(large.length, 65_536));
  }

  @Test
  void aRecordThatTookThePlaceOfTheOriginalIsNotSent() throws Exception {
    byte[] event = event(new byte[10]);
    RecordMetadata sent = send(topic, "other".getBytes(StandardCharsets.UTF_8));
    putAside(sent, event, event.length);
    try (DeadLetters letters = DeadLetters.open(kafka(), topic)) {
      assertThat(letters.replay(only(letters), Check.DECODABLE)).isInstanceOf(Replay.Sent.class);
    }
    assertThat(PublishedEvents.records(broker, topic))
        .anyMatch(each -> Arrays.equals(each.value(), event));
  }

  @Test
  void nobodyThere() throws Exception {
    Map<String, Object> nowhere =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:1",
            "default.api.timeout.ms",
            1500,
            "request.timeout.ms",
            1000);
    try (DeadLetters letters = DeadLetters.open(nowhere, topic)) {
      assertThatThrownBy(() -> letters.each(letter -> true))
          .isInstanceOf(PublishException.class)
          .hasMessageContaining("does not answer");
    }
  }

  private static Letter only(DeadLetters letters) throws PublishException {
    List<Letter> all = new ArrayList<>();
    letters.each(all::add);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static byte[] event(byte[] content) throws Exception {
    byte[] module = Fixtures.module(HexFormat.of().formatHex(content));
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(module));
    ModuleSource source = new ModuleSource(SourceKind.FILE, "", "", "", "x");
    byte[] bounded =
        module.length <= EventCodec.MAX_INLINE_BYTES
            ? module
            : Arrays.copyOf(module, EventCodec.MAX_INLINE_BYTES);
    return EventCodec.encode(
        ModuleSubmitted.newBuilder()
            .setId(EventCodec.id(sha256, source))
            .setSha256(sha256)
            .setSize(bounded.length)
            .setPayload(ByteBuffer.wrap(bounded))
            .setSource(source)
            .setSubmittedAt(Instant.ofEpochMilli(1))
            .build());
  }

  private void putAside(RecordMetadata record, byte[] raw, long size) throws Exception {
    var letter = EventCodec.deadLetter(topic, record.partition(), record.offset(), "a reason", raw);
    letter.setRawSize(size);
    send(topic + ".dead-letters", EventCodec.encode(letter));
  }

  private RecordMetadata send(String to, byte[] value) throws Exception {
    Map<String, Object> settings = new HashMap<>(kafka());
    settings.put("max.request.size", 2_000_000);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      return Objects.requireNonNull(producer.send(new ProducerRecord<>(to, value)).get());
    }
  }

  private static String id(RecordMetadata record) {
    return record.partition() + "/" + record.offset();
  }

  private Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrap());
  }
}
