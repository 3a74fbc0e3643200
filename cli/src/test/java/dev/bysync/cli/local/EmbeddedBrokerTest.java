package dev.bysync.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  @TempDir Path temp;

  @Test
  void itsDataOutlivesIt() throws Exception {
    String cluster;
    try (EmbeddedBroker broker = EmbeddedBroker.start(temp.resolve("kafka"));
        Admin admin = admin(broker)) {
      cluster = admin.describeCluster().clusterId().get();
      admin.createTopics(List.of(new NewTopic("modules", 1, (short) 1))).all().get();
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", broker.bootstrap()),
              new StringSerializer(),
              new StringSerializer())) {
        producer.send(new ProducerRecord<>("modules", "key", "value")).get();
      }
    }
    try (EmbeddedBroker again = EmbeddedBroker.start(temp.resolve("kafka"));
        Admin admin = admin(again)) {
      assertThat(admin.describeCluster().clusterId().get()).isEqualTo(cluster);
      TopicPartition partition = new TopicPartition("modules", 0);
      assertThat(
              admin
                  .listOffsets(Map.of(partition, OffsetSpec.latest()))
                  .partitionResult(partition)
                  .get()
                  .offset())
          .isEqualTo(1);
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }
}
