package dev.bysync.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.events.ModuleSubmitted;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.EventDecodingException;
import dev.bysync.schemas.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a consumer sees. */
public final class PublishedEvents {
  private PublishedEvents() {}

  /** All committed events, checked: keyed by SHA-256, none twice, each payload first and once. */
  public static List<ModuleSubmitted> read(BrokerProcess broker, String topic)
      throws EventDecodingException {
    List<ModuleSubmitted> events = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> modules = new HashSet<>();
    for (ConsumerRecord<String, byte[]> each : records(broker, topic)) {
      ModuleSubmitted event = EventCodec.decodeModuleSubmitted(each.value());
      assertThat(each.key()).isEqualTo(event.getSha256());
      assertThat(ids.add(event.getId())).as("doubled: %s", event.getSource()).isTrue();
      boolean first = modules.add(event.getSha256());
      assertThat(Payload.of(event) instanceof Payload.Earlier).isEqualTo(!first);
      events.add(event);
    }
    return events;
  }

  static List<ConsumerRecord<String, byte[]>> records(BrokerProcess broker, String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }
}
