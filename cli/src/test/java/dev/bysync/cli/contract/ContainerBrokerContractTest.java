package dev.bysync.cli.contract;

import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** Needs Docker. */
@Testcontainers(disabledWithoutDocker = true)
class ContainerBrokerContractTest extends BrokerContractTest {
  @Container private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.3.1");

  @Override
  String bootstrap() {
    return KAFKA.getBootstrapServers();
  }
}
