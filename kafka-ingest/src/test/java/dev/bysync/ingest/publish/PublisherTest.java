package dev.bysync.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.SourceKind;
import dev.bysync.ingest.source.Fetching;
import dev.bysync.ingest.source.Fixtures;
import dev.bysync.ingest.source.KnownPackages;
import dev.bysync.ingest.source.Limits;
import dev.bysync.ingest.source.ModuleBytes;
import dev.bysync.ingest.source.ModuleSink;
import dev.bysync.ingest.source.Origin;
import dev.bysync.ingest.source.SourceProblem;
import dev.bysync.ingest.source.SourceScanner;
import dev.bysync.schemas.EventCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class PublisherTest {
  private final String topic = "publisher-" + UUID.randomUUID();
  private final BrokerProcess broker;

  @TempDir Path dir;
  @TempDir Path store;

  PublisherTest(BrokerProcess broker) {
    this.broker = broker;
  }

  @Test
  void whatWasSentButNotIndexedIsKnown() throws Exception {
    for (int i = 0; i < 10; i++) {
      Files.write(dir.resolve("m" + i), Fixtures.module("m" + i % 7));
    }
    assertThat(publish(false)).contains(Outcome.NEW_MODULE, Outcome.NEW_SOURCE);
    assertThat(PublishedEvents.records(broker, topic + ".index")).isEmpty();
    assertThat(PublishedEvents.read(broker, topic)).hasSize(10);
    assertThat(publish(false)).containsOnly(Outcome.KNOWN);
    assertThat(PublishedEvents.records(broker, topic + ".index")).hasSize(10);
    assertThat(publish(true)).containsOnly(Outcome.KNOWN);
    assertThat(PublishedEvents.read(broker, topic)).hasSize(10);
  }

  @Test
  void anEventWhosePayloadNeverCameIsNoReasonToLeaveThePayloadOut() throws Exception {
    Files.write(dir.resolve("m"), Fixtures.module("m"));
    publish(true); // learns the SHA-256, in another topic
    ModuleSubmitted event = PublishedEvents.read(broker, topic).get(0);
    String other = topic + "-other";
    try (Publisher publisher = Publisher.open(target(other), Clock.systemUTC())) {
      assertThat(publisher.isCommitDue()).isFalse();
    }
    ModuleSource elsewhere = new ModuleSource(SourceKind.FILE, "", "", "", "elsewhere");
    event.setSource(elsewhere);
    event.setId(EventCodec.id(event.getSha256(), elsewhere));
    event.setPayload(null);
    send(other, event.getSha256(), EventCodec.encode(event));
    send(other, "key", "no event".getBytes(StandardCharsets.UTF_8));
    assertThat(publish(other, true)).containsExactly(Outcome.NEW_MODULE);
  }

  private void send(String topic, String key, byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            target(topic).kafka(), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  private List<Outcome> publish(boolean commit) throws PublishException {
    return publish(topic, commit);
  }

  private List<Outcome> publish(String topic, boolean commit) throws PublishException {
    List<Outcome> outcomes = new ArrayList<>();
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1), ZoneOffset.UTC);
    try (Publisher publisher = Publisher.open(target(topic), clock);
        SourceScanner scanner =
            new SourceScanner(Limits.defaults(), KnownPackages.NONE, Fetching.defaults())) {
      scanner.scan(
          List.of(dir.toString()),
          new ModuleSink<PublishException>() {
            @Override
            public void module(Origin origin, ModuleBytes bytes) throws PublishException {
              outcomes.add(publisher.publish(origin, bytes));
            }

            @Override
            public void problem(SourceProblem problem) {
              throw new AssertionError(problem);
            }
          });
      if (commit) {
        publisher.commit();
      }
    }
    return outcomes;
  }

  private Target target(String topic) {
    return new Target(
        Map.of("bootstrap.servers", broker.bootstrap()),
        topic,
        2,
        store.toUri(),
        new Configuration(false),
        "");
  }
}
