package dev.bysync.cli.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.cli.Modules;
import dev.bysync.events.DeadLetter;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.ingest.FoundModule;
import dev.bysync.ingest.IngestResult;
import dev.bysync.ingest.publish.Outcome;
import dev.bysync.job.RunSummary;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.schemas.EventCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every broker has to do for ingest and job. */
abstract class BrokerContractTest {
  @TempDir Path temp;
  private Pipeline pipeline = new Pipeline("", Path.of("").toUri(), Map.of());

  abstract String bootstrap();

  @BeforeEach
  void findings() throws Exception {
    pipeline = new Pipeline(bootstrap(), temp.resolve("out").toUri(), Map.of());
    Path modules = temp.resolve("modules");
    Modules.write(modules, "a.wasm", Modules.calling(1));
    Modules.write(modules, "b.wasm", Modules.calling(2));
    Modules.write(modules, "copy-of-a", Modules.calling(1));
    Modules.write(modules, "empty.wasm", Modules.empty());
  }

  @Test
  void everyFindingIsPublishedOnceAndARerunPublishesNothing() throws Exception {
    IngestResult first = pipeline.ingest(temp.resolve("modules"));
    IngestResult rerun = pipeline.ingest(temp.resolve("modules"));

    assertThat(first.problems()).isEmpty();
    assertThat(first.modules())
        .extracting(FoundModule::outcome)
        .containsExactlyInAnyOrder(
            Outcome.NEW_MODULE, Outcome.NEW_MODULE, Outcome.NEW_MODULE, Outcome.NEW_SOURCE);
    assertThat(rerun.modules()).extracting(FoundModule::outcome).containsOnly(Outcome.KNOWN);
    List<String> ids = new ArrayList<>();
    for (byte[] value : Records.read(bootstrap(), pipeline.topic())) {
      ModuleSubmitted event = EventCodec.decodeModuleSubmitted(value);
      ids.add(event.getId());
    }
    assertThat(ids).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void theJobReadsEverythingOnce() throws Exception {
    pipeline.ingest(temp.resolve("modules"));

    RunSummary first = pipeline.job("first");
    RunSummary rerun = pipeline.job("rerun");

    assertThat(first.processed()).isEqualTo(3);
    assertThat(first.deadLetters()).isZero();
    assertThat(rerun.processed()).isZero();
    assertThat(table().modules())
        .extracting(ModuleRow::sha256)
        .containsExactlyInAnyOrder(
            Pipeline.sha256(Modules.calling(1)),
            Pipeline.sha256(Modules.calling(2)),
            Pipeline.sha256(Modules.empty()));
    assertThat(table().provenance()).hasSize(4);
  }

  @Test
  void aRecordThatIsNoEventIsPutAsideAndTheOthersAreProcessed() throws Exception {
    pipeline.ingest(temp.resolve("modules"));
    byte[] noEvent = "no event".getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(pipeline.topic(), "key", noEvent)).get();
    }

    RunSummary summary = pipeline.job("run");

    assertThat(summary.processed()).isEqualTo(3);
    assertThat(summary.deadLetters()).isEqualTo(1);
    assertThat(table().deadLetters())
        .singleElement()
        .extracting(DeadLetterRow::rawSize)
        .isEqualTo((long) noEvent.length);
    List<byte[]> letters = Records.read(bootstrap(), pipeline.topic() + ".dead-letters");
    assertThat(letters).hasSize(1);
    DeadLetter letter = EventCodec.decodeDeadLetter(letters.get(0));
    assertThat(letter.getRaw().array()).isEqualTo(noEvent);
    assertThat(letter.getReason()).isNotBlank();
  }

  private MetricsTable table() throws Exception {
    return MetricsTable.open(new Configuration(), pipeline.out(), pipeline.profile());
  }
}
