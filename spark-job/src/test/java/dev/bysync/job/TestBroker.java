package dev.bysync.job;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A real broker in this JVM, started with the first test that needs it. */
final class TestBroker {
  private static final class Holder {
    static final TestBroker INSTANCE = new TestBroker();
  }

  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;

  private TestBroker() {
    try {
      Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "broker-");
      int port = freePort();
      int controller = freePort();
      this.bootstrap = "localhost:" + port;
      Formatter formatter =
          new Formatter()
              .setPrintStream(
                  new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
              .setClusterId(Uuid.randomUuid().toString())
              .setNodeId(1)
              .setControllerListenerName("CONTROLLER")
              .setMetadataLogDirectory(folder.toString())
              .addDirectory(folder.toString());
      formatter.run();
      Map<String, String> config = new HashMap<>();
      config.put("process.roles", "broker,controller");
      config.put("node.id", "1");
      config.put("log.dirs", folder.toString());
      config.put(
          "listeners",
          "PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d".formatted(port, controller));
      config.put("advertised.listeners", "PLAINTEXT://localhost:" + port);
      config.put("controller.listener.names", "CONTROLLER");
      config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
      config.put("controller.quorum.voters", "1@localhost:" + controller);
      config.put("offsets.topic.replication.factor", "1");
      config.put("transaction.state.log.replication.factor", "1");
      config.put("transaction.state.log.min.isr", "1");
      config.put("auto.create.topics.enable", "false");
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
      server.startup();
      this.producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrap),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    } catch (Exception e) {
      throw new IllegalStateException("no broker", e);
    }
  }

  static TestBroker get() {
    return Holder.INSTANCE;
  }

  String bootstrap() {
    return bootstrap;
  }

  void createTopic(String topic, int partitions) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
          .all()
          .get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a record and waits until it is there. */
  void send(String topic, String key, byte[] value) {
    try {
      producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)).get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
