package dev.bysync.cli.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.cli.Modules;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.run.DeadLetterFlow;
import dev.bysync.cli.run.DeadLetterFlow.Output;
import dev.bysync.cli.run.DeadLetterFlow.Which;
import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.SourceKind;
import dev.bysync.schemas.EventCodec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code bysync dlq} against the embedded broker. */
class DeadLetterFlowTest {
  private static final byte[] NOISE = "no event \u001b[31m at all".getBytes(StandardCharsets.UTF_8);

  private final String topic = "modules-" + UUID.randomUUID();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void letters() throws Exception {
    try (Admin admin = Admin.create(kafka())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, 1, (short) 1),
                  new NewTopic(topic + ".dead-letters", 1, (short) 1)))
          .all()
          .get();
    }
    putAside(send(topic, NOISE), "no Avro \u001b[31m header", NOISE);
    byte[] event = event();
    putAside(send(topic, event), "its payload never came", event);
  }

  @Test
  void allAreListed() throws Exception {
    assertThat(run(flow -> flow.list("", 10, Output.TABLE))).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .contains("0/0 ")
        .contains("21 B  no Avro ?[31m header") // nothing steers the terminal
        .contains("0/1 ")
        .contains("2 dead letters of topic " + topic);
    assertThat(run(flow -> flow.list("NO AVRO", 10, Output.TABLE))).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("0/0").doesNotContain("0/1").contains("1 dead letter of");
    assertThat(run(flow -> flow.list("", 1, Output.TABLE))).isEqualTo(ExitCode.DONE);
    assertThat(out()).doesNotContain("0/1").contains("2 dead letters").contains("1 of them shown");
    assertThat(run(flow -> flow.list("never came", 10, Output.JSON))).isEqualTo(ExitCode.DONE);
    JsonNode line = new ObjectMapper().readTree(out());
    assertThat(line.get("id").asText()).isEqualTo("0/1");
    assertThat(line.get("size").asInt()).isEqualTo(event().length);
  }

  @Test
  void oneIsShown() throws Exception {
    assertThat(run(flow -> flow.show("0/0", 20))).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .contains("record     0/0 of " + topic)
        .contains("reason     no Avro ?[31m header")
        .contains("content    not a ModuleSubmitted event")
        .contains("00000000  6e 6f 20 65 76 65 6e 74 20 1b 5b")
        .contains("no event .[31m a")
        .contains("... 1 not shown");
    assertThat(run(flow -> flow.show("0/1", 0))).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("an event that this version can read").contains("FILE somewhere");
    assertThatThrownBy(() -> run(flow -> flow.show("7/7", 0)))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("no dead letter 7/7");
  }

  @Test
  void chosenOnesAreSentAgain() throws Exception {
    assertThat(run(flow -> flow.replay(List.of("0/1", "5/5"), "", Which.DECODABLE)))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out()).contains("0/1 sent as 0/2").contains("1 of 1 record sent");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no dead letter 5/5");
    assertThat(run(flow -> flow.replay(List.of(), "", Which.DECODABLE)))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out())
        .contains("0/0 not sent, it would be put aside again")
        .contains("1 of 2 records sent");
    assertThat(run(flow -> flow.replay(List.of(), "avro", Which.ALL))).isEqualTo(ExitCode.DONE);
    assertThat(Records.read(SharedBroker.bootstrap(), topic)).hasSize(5);
    assertThat(Records.read(SharedBroker.bootstrap(), topic).get(4)).isEqualTo(NOISE);
  }

  @Test
  void withoutABrokerNothing() {
    assertThatThrownBy(
            () -> DeadLetterFlow.run(List.of(), System.out, System.err, f -> ExitCode.DONE))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("--kafka");
  }

  private ExitCode run(DeadLetterFlow.Action action) {
    out.reset();
    err.reset();
    return DeadLetterFlow.run(
        List.of("--kafka", SharedBroker.bootstrap(), "--topic", topic),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        action);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] event() {
    byte[] module = Modules.calling(1);
    String sha256 = Pipeline.sha256(module);
    ModuleSource source = new ModuleSource(SourceKind.FILE, "", "", "", "somewhere");
    return EventCodec.encode(
        ModuleSubmitted.newBuilder()
            .setId(EventCodec.id(sha256, source))
            .setSha256(sha256)
            .setSize(module.length)
            .setPayload(ByteBuffer.wrap(module))
            .setSource(source)
            .setSubmittedAt(Instant.ofEpochMilli(1))
            .build());
  }

  private void putAside(RecordMetadata record, String reason, byte[] value) throws Exception {
    send(
        topic + ".dead-letters",
        EventCodec.encode(
            EventCodec.deadLetter(topic, record.partition(), record.offset(), reason, value)));
  }

  private static RecordMetadata send(String to, byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer())) {
      return Objects.requireNonNull(producer.send(new ProducerRecord<>(to, value)).get());
    }
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", SharedBroker.bootstrap());
  }
}
