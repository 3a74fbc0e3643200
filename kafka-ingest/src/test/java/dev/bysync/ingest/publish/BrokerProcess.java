package dev.bysync.ingest.publish;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real broker in a process of its own, that can be killed and started again. */
public final class BrokerProcess implements AutoCloseable {
  private final Path directory;
  private final Path log;
  private final int port;
  private final int controllerPort;
  private @Nullable Process process;

  private BrokerProcess(Path directory, int port, int controllerPort) {
    this.directory = directory;
    this.log = directory.resolveSibling(directory.getFileName() + ".log");
    this.port = port;
    this.controllerPort = controllerPort;
  }

  static BrokerProcess start() {
    try {
      List<Integer> ports = freePorts();
      BrokerProcess broker =
          new BrokerProcess(
              Files.createTempDirectory(Path.of("target").toAbsolutePath(), "broker-"),
              ports.get(0),
              ports.get(1));
      broker.startAgain();
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** Starts it where it was, and returns when it serves. */
  public void startAgain() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            BrokerMain.class.getName(),
            directory.toString(),
            String.valueOf(port),
            String.valueOf(controllerPort));
    Process started = new ProcessBuilder(command).redirectError(log.toFile()).start();
    process = started;
    BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); !"READY".equals(line); line = out.readLine()) {
      if (line == null) {
        throw new IOException("the broker did not start: " + Files.readString(log));
      }
    }
  }

  /** As {@code kill -9} does. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    List<Path> paths = new ArrayList<>();
    try (var files = Files.walk(directory)) {
      files.forEach(paths::add);
    }
    for (int i = paths.size() - 1; i >= 0; i--) {
      Files.delete(paths.get(i));
    }
    Files.deleteIfExists(log);
  }

  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return List.of(first.getLocalPort(), second.getLocalPort());
    }
  }
}
