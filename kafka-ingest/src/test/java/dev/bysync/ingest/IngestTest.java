package dev.bysync.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.events.ModuleSubmitted;
import dev.bysync.ingest.http.TestServer;
import dev.bysync.ingest.publish.BrokerExtension;
import dev.bysync.ingest.publish.BrokerProcess;
import dev.bysync.ingest.publish.Outcome;
import dev.bysync.ingest.publish.PublishedEvents;
import dev.bysync.ingest.source.Fixtures;
import dev.bysync.ingest.source.Limits;
import dev.bysync.ingest.source.Origin;
import dev.bysync.ingest.source.SourceProblem;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class IngestTest {
  private final String topic = "modules-" + UUID.randomUUID();
  private final BrokerProcess broker;

  @TempDir Path dir;
  private Path input = Path.of("");

  IngestTest(BrokerProcess broker) {
    this.broker = broker;
  }

  @BeforeEach
  void input() throws IOException {
    input = Files.createDirectory(dir.resolve("input"));
  }

  @Test
  void publishesOnceWithProvenance() throws Exception {
    byte[] shared = Fixtures.module("shared");
    Files.write(input.resolve("a.wasm"), shared);
    Files.write(input.resolve("b.wasm"), Fixtures.module("other"));
    Files.write(input.resolve("c.zip"), Fixtures.zip(Map.of("x/same", shared)));

    IngestResult first = run(input.toString());
    assertThat(first.problems()).isEmpty();
    assertThat(first.modules())
        .extracting(FoundModule::outcome)
        .containsExactly(Outcome.NEW_MODULE, Outcome.NEW_MODULE, Outcome.NEW_SOURCE);
    List<ModuleSubmitted> events = PublishedEvents.read(broker, topic);
    assertThat(events)
        .extracting(event -> event.getSource().getPath())
        .containsExactlyInAnyOrder(input + "/a.wasm", input + "/b.wasm", input + "/c.zip!/x/same");
    assertThat(events).allMatch(event -> event.getCorpus().equals("test"));
    assertThat(events.stream().map(Payload::of))
        .anyMatch(
            p -> p instanceof Payload.Inline inline && inline.bytes().length == shared.length);

    Files.write(input.resolve("d.wasm"), Fixtures.module("new"));
    List<String> calls = new ArrayList<>();
    IngestResult second = Ingest.run(config(), List.of(input.toString()), new Recorder(calls));
    assertThat(second.modules())
        .extracting(FoundModule::outcome)
        .containsExactly(Outcome.KNOWN, Outcome.KNOWN, Outcome.KNOWN, Outcome.NEW_MODULE);
    assertThat(calls)
        .containsExactly(
            "found a.wasm",
            "skipped a.wasm",
            "found b.wasm",
            "skipped b.wasm",
            "found same",
            "skipped same",
            "found d.wasm",
            "published d.wasm");
    assertThat(PublishedEvents.read(broker, topic)).hasSize(4);
  }

  @Test
  void largeModulesGoToTheStore() throws Exception {
    byte[] limit = withSize(EventCodec.MAX_INLINE_BYTES);
    byte[] large = withSize(EventCodec.MAX_INLINE_BYTES + 1);
    Files.write(input.resolve("large"), large);
    Files.write(input.resolve("limit"), limit);
    run(input.toString());
    List<ModuleSubmitted> events = PublishedEvents.read(broker, topic);
    assertThat(events).hasSize(2);
    for (ModuleSubmitted event : events) {
      if (event.getSize() == limit.length) {
        assertThat(Payload.of(event)).isInstanceOf(Payload.Inline.class);
      } else {
        URI uri = ((Payload.Stored) Payload.of(event)).uri();
        String sha256 = event.getSha256();
        assertThat(uri.getPath())
            .endsWith("/store/modules/" + sha256.substring(0, 2) + "/" + sha256 + ".wasm");
        assertThat(Files.readAllBytes(Path.of(uri.getPath()))).isEqualTo(large);
      }
    }
    try (Stream<Path> files = Files.walk(dir.resolve("store"))) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1); // no leftovers, no checksum files
    }
  }

  @Test
  void aHalfWrittenObjectIsReplaced() throws Exception {
    byte[] large = withSize(600_000);
    Files.write(input.resolve("large"), large);
    run(input.toString());
    ModuleSubmitted event = PublishedEvents.read(broker, topic).get(0);
    Path object = Path.of(((Payload.Stored) Payload.of(event)).uri().getPath());
    Files.write(object, new byte[10]);
    Ingest.run(config(topic + "-again"), List.of(input.toString()), IngestListener.NONE);
    assertThat(Files.readAllBytes(object)).isEqualTo(large);
  }

  @Test
  void packagesThatWereLookedThroughAreNotFetchedAgain() throws Exception {
    byte[] module = Fixtures.module("fixed");
    byte[] cut = Arrays.copyOf(Fixtures.zip(Map.of("a.wasm", module)), 40);
    try (TestServer server = new TestServer()) {
      server.serve("/a", module);
      server.serve("/cut", cut);
      server.serve("/changes", module);
      String[] sources = {
        server.address() + "/a#sha256=" + sha256(module),
        server.address() + "/cut#sha256=" + sha256(cut),
        server.address() + "/changes"
      };
      IngestConfig config = config().with(IngestConfig.Known.PASSED_OVER);
      assertThat(Ingest.run(config, List.of(sources), IngestListener.NONE).modules()).hasSize(2);
      assertThat(server.paths()).containsExactlyInAnyOrder("/a", "/cut", "/changes");

      server.requests.clear();
      List<String> passedOver = new ArrayList<>();
      IngestListener listener =
          new IngestListener() {
            @Override
            public void passedOver(String source) {
              passedOver.add(source);
            }
          };
      IngestResult second = Ingest.run(config, List.of(sources), listener);
      assertThat(second.modules()).hasSize(1); // of the one that may have changed
      assertThat(passedOver).containsExactly(server.address() + "/a");
      assertThat(server.paths()).containsExactlyInAnyOrder("/cut", "/changes");
      assertThat(run(sources).modules()).as("listed when asked for").hasSize(2);
      assertThat(PublishedEvents.read(broker, topic)).hasSize(2);

      try (Admin admin = Admin.create(config().kafka())) {
        admin.deleteTopics(List.of(topic)).all().get();
      }
      assertThat(Ingest.run(config, List.of(sources), IngestListener.NONE).modules())
          .as("a topic made anew is filled anew")
          .hasSize(2);
    }
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void oneBadSourceStopsNoOther() throws Exception {
    Files.write(input.resolve("a.wasm"), Fixtures.module("a"));
    Path cut = Files.write(dir.resolve("cut.zip"), new byte[] {'P', 'K', 3, 4, 0});
    IngestResult result = run(dir.resolve("none") + "", cut.toString(), input.toString());
    assertThat(result.modules()).hasSize(1);
    assertThat(result.problems())
        .extracting(SourceProblem::source)
        .containsExactly(dir.resolve("none").toString(), cut.toString());
  }

  @Test
  void brokerKilledInTheMiddle() throws Exception {
    int modules = 500;
    for (int i = 0; i < modules; i++) {
      byte[] module = i % 100 == 0 ? withSize(600_000 + i) : Fixtures.module("k" + i);
      Files.write(input.resolve("m%03d".formatted(i)), module);
      if (i % 10 == 0) {
        Files.write(input.resolve("n%03d".formatted(i)), module);
      }
    }
    List<String> published = new ArrayList<>();
    IngestListener killer =
        new IngestListener() {
          @Override
          public void published(FoundModule module) {
            published.add(module.sha256());
            if (published.size() == 100) {
              broker.kill();
            }
          }
        };
    Map<String, Object> impatient = new LinkedHashMap<>(config().kafka());
    impatient.put("request.timeout.ms", 1000);
    impatient.put("delivery.timeout.ms", 2000);
    impatient.put("max.block.ms", 2000);
    assertThatThrownBy(() -> Ingest.run(with(impatient), List.of(input.toString()), killer))
        .isInstanceOf(IngestException.class)
        .hasMessageContaining(broker.bootstrap())
        .hasMessageContaining("run again");
    assertThat(published).hasSizeGreaterThanOrEqualTo(100);

    broker.startAgain();
    IngestResult again = run(input.toString());
    assertThat(again.modules().stream().filter(m -> m.outcome() == Outcome.KNOWN))
        .hasSizeBetween(published.size(), modules);
    assertThat(PublishedEvents.read(broker, topic)).hasSize(modules + modules / 10);
    assertThat(run(input.toString()).modules()).allMatch(m -> m.outcome() == Outcome.KNOWN);
  }

  @Test
  void aTopicMadeAnewIsFilledAnew() throws Exception {
    Files.write(input.resolve("a.wasm"), Fixtures.module("a"));
    run(input.toString());
    try (Admin admin = Admin.create(config().kafka())) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
    assertThat(run(input.toString()).modules())
        .extracting(FoundModule::outcome)
        .containsExactly(Outcome.NEW_MODULE);
    assertThat(PublishedEvents.read(broker, topic)).hasSize(1);
  }

  @Test
  void aForeignIndexTopicIsNotTaken() throws Exception {
    run(); // makes the topics
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config().kafka(), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic + ".index", "key", "something else")).get();
    }
    assertThatThrownBy(this::run)
        .isInstanceOf(IngestException.class)
        .hasMessageContaining("no index of ours");
  }

  @Test
  void unreachableBroker() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Map<String, Object> nowhere =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:" + closed,
            "default.api.timeout.ms",
            2000,
            "request.timeout.ms",
            1000);
    assertThatThrownBy(() -> Ingest.run(with(nowhere), List.of(), IngestListener.NONE))
        .isInstanceOf(IngestException.class)
        .hasMessageContaining("Kafka at 127.0.0.1:" + closed + " does not answer")
        .hasMessageContaining("check the address");
    Map<String, Object> nonsense = Map.of("bootstrap.servers", "no-such-host.invalid:9092");
    assertThatThrownBy(() -> Ingest.run(with(nonsense), List.of(), IngestListener.NONE))
        .isInstanceOf(IngestException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void unusableStores() throws IOException {
    Path file = Files.write(dir.resolve("file"), new byte[1]);
    for (String store : List.of(file.toUri() + "/below", "nosuch://bucket/x", "relative/path")) {
      IngestConfig config =
          new IngestConfig(
              config().kafka(),
              topic,
              URI.create(store),
              new Configuration(false),
              "test",
              Limits.defaults());
      assertThatThrownBy(() -> Ingest.run(config, List.of(), IngestListener.NONE))
          .isInstanceOf(IngestException.class)
          .hasMessageContaining(store)
          .hasMessageContaining("check the address");
    }
  }

  private static byte[] withSize(int size) {
    byte[] module = Fixtures.module("x".repeat(size - 20) + size);
    byte[] result = new byte[size];
    System.arraycopy(module, 0, result, 0, Math.min(size, module.length));
    return result;
  }

  private IngestResult run(String... sources) throws IngestException {
    return Ingest.run(config(), List.of(sources), IngestListener.NONE);
  }

  private IngestConfig config() {
    return config(topic);
  }

  private IngestConfig config(String topic) {
    return config(topic, Map.of("bootstrap.servers", broker.bootstrap()));
  }

  private IngestConfig with(Map<String, Object> kafka) {
    return config(topic, kafka);
  }

  private IngestConfig config(String topic, Map<String, Object> kafka) {
    return new IngestConfig(
        kafka,
        topic,
        dir.resolve("store").toUri(),
        new Configuration(false),
        "test",
        Limits.defaults());
  }

  private record Recorder(List<String> calls) implements IngestListener {
    @Override
    public void found(Origin source, String sha256, long size) {
      calls.add("found " + name(source));
    }

    @Override
    public void published(FoundModule module) {
      calls.add("published " + name(module.source()));
    }

    @Override
    public void skipped(FoundModule module) {
      calls.add("skipped " + name(module.source()));
    }

    private static String name(Origin source) {
      return source.path().substring(source.path().lastIndexOf('/') + 1);
    }
  }
}
