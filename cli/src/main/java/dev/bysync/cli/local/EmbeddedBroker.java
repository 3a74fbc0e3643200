package dev.bysync.cli.local;

import dev.bysync.cli.outcome.CliFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker (KRaft, broker and controller in one) inside this process, listening on the
 * loopback address only. It ends with the process, however that ends, so none is ever left behind;
 * its log is on disk and the next start continues it.
 *
 * <p>Rejected: a child process (left behind by {@code kill -9}) and a class loader of its own (no
 * part in the shared class data, so seconds slower; not needed as long as Kafka's and Spark's
 * dependencies agree, which Maven sees to).
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final int START_ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final String bootstrap;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrap) {
    this.server = server;
    this.bootstrap = bootstrap;
  }

  /**
   * Starts the broker and returns when it serves.
   *
   * @param directory where its log is kept; formatted when new
   * @throws CliFailure if it doesn't start
   */
  public static EmbeddedBroker start(Path directory) {
    keepProcessAlive();
    RuntimeException last = null;
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      try {
        return startOnce(directory);
      } catch (IOException e) {
        throw notStarted(directory, e);
      } catch (RuntimeException e) { // another process may have taken a port in between
        LOG.warn("The broker didn't start, attempt {}", attempt + 1, e);
        last = e;
      }
    }
    throw notStarted(directory, last == null ? new IllegalStateException() : last);
  }

  private static EmbeddedBroker startOnce(Path directory) throws IOException {
    List<Integer> ports = FreePorts.find(2);
    String bootstrap = "127.0.0.1:" + ports.get(0);
    format(directory);
    KafkaConfig config =
        new KafkaConfig(configuration(directory, ports.get(0), ports.get(1)), false);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
    LOG.info("The broker serves on {}, data in {}", bootstrap, directory);
    return new EmbeddedBroker(server, bootstrap);
  }

  private static void format(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    Formatter formatter =
        new Formatter()
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
            .setClusterId(Uuid.randomUuid().toString())
            .setNodeId(1)
            .setControllerListenerName("CONTROLLER")
            .setMetadataLogDirectory(directory.toString())
            .addDirectory(directory.toString())
            .setIgnoreFormatted(true);
    try {
      formatter.run();
    } catch (Exception e) { // declared so by Kafka
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Map<String, String> configuration(Path directory, int port, int controllerPort) {
    Map<String, String> config = new HashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("controller.listener.names", "CONTROLLER");
    config.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    config.put("log.dirs", directory.toString());
    config.put("auto.create.topics.enable", "false");
    // a module submitted long ago is still known
    config.put("log.retention.ms", "-1");
    config.put("log.retention.bytes", "-1");
    // one node
    config.put("default.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "1");
    config.put("offsets.topic.replication.factor", "1");
    config.put("transaction.state.log.num.partitions", "1");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("share.coordinator.state.topic.num.partitions", "1");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");
    // quick to start, also after a kill: the default session of the last broker lasts 9 s
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("broker.session.timeout.ms", "1000");
    config.put("broker.heartbeat.interval.ms", "200");
    // small
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "2");
    config.put("background.threads", "2");
    config.put("log.cleaner.dedupe.buffer.size", "2097152");
    return config;
  }

  /** Kafka halts the process on some failures; the run has to say why it ends. */
  private static void keepProcessAlive() {
    Exit.Procedure report =
        (status, message) -> {
          LOG.error("The broker gave up: status {}, {}", status, message);
          throw new IllegalStateException("the embedded broker gave up: " + message);
        };
    Exit.setExitProcedure(report);
    Exit.setHaltProcedure(report);
  }

  private static CliFailure notStarted(Path directory, Exception cause) {
    return CliFailure.infrastructure(
        "the embedded Kafka broker didn't start: "
            + cause.getMessage()
            + ".\nIts data is in "
            + directory
            + "; is there room, and may this user write there? The log next to it says more."
            + "\nWith --kafka BOOTSTRAP a run uses a broker of your own.",
        cause);
  }

  /** Where clients connect, {@code host:port}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Shuts the broker down cleanly; a second or two. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
