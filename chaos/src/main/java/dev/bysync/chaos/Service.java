package dev.bysync.chaos;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A broker or a store in a process of its own: it is killed, and starts again with its data. */
final class Service implements AutoCloseable {
  /** What it is. */
  enum Kind {
    BROKER,
    STORE
  }

  private final Kind kind;
  private final Path folder;
  private Process process;
  private String address;

  private Service(Kind kind, Path folder, Process process, String address) {
    this.kind = kind;
    this.folder = folder;
    this.process = process;
    this.address = address;
  }

  static Service start(Kind kind, Path folder) throws IOException {
    Process process = launch(kind, folder);
    return new Service(kind, folder, process, address(process, folder));
  }

  /** Where it serves; another after each start. */
  String address() {
    return address;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again if it is dead. */
  void revive() throws IOException {
    if (!process.isAlive()) {
      process = launch(kind, folder);
      address = address(process, folder);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static Process launch(Kind kind, Path folder) throws IOException {
    Files.createDirectories(folder);
    File log = new File(folder + ".log");
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dbysync.s3.jars=" + System.getProperty("bysync.s3.jars"),
                "-cp",
                System.getProperty("java.class.path"),
                Serve.class.getName(),
                kind.name().toLowerCase(Locale.ROOT),
                folder.toString()))
        .redirectError(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private static String address(Process process, Path folder) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("serving ")) {
        Thread rest = new Thread(() -> drain(out), "output of " + folder);
        rest.setDaemon(true);
        rest.start();
        return line.substring("serving ".length());
      }
    }
    throw new IOException(folder + " does not start; its log says more");
  }

  private static void drain(BufferedReader out) {
    try {
      long unused = out.transferTo(Writer.nullWriter()); // or the process would wait for a reader
    } catch (IOException e) {
      return; // the process has ended
    }
  }
}
