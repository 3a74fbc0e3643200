package dev.bysync.chaos;

import dev.bysync.engine.ModuleProcessor;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.JobMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Measures the whole job against the bare engine: {@code efficiency FOLDER COUNT FILE...}, {@code
 * tiny FOLDER COUNT} and, in a JVM of its own, {@code bare FOLDER}.
 */
final class PipelineBenchmark {
  private static final int THREADS = 2;
  private static final long LARGEST = 4 << 20;

  private PipelineBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]).toAbsolutePath();
    switch (arguments[0]) {
      case "efficiency" ->
          efficiency(
              folder,
              Integer.parseInt(arguments[2]),
              List.of(arguments).subList(3, arguments.length).stream().map(Path::of).toList());
      case "tiny" -> tiny(folder, Integer.parseInt(arguments[2]));
      case "bare" -> bare(folder);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** The same modules by both: distinct hashes, made of the files one after the other. */
  private static void efficiency(Path folder, int count, List<Path> files) throws Exception {
    Modules.write(folder.resolve("modules"), Modules.variants(files, count, LARGEST));
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"))) {
      ingest(folder, broker);
      long bare = bareInItsOwnJvm(folder);
      long whole = job(folder, broker, "out", "-Xmx4g").millis();
      System.out.printf(
          "%d modules: bare engine on %d threads %.1f s, whole job with start and end %.1f s: %.1f %%%n",
          count, THREADS, bare / 1000.0, whole / 1000.0, 100.0 * bare / whole);
    }
  }

  /** Very many modules of nearly nothing, with a driver of 1 GiB. */
  private static void tiny(Path folder, int count) throws Exception {
    Path modules = folder.resolve("modules");
    for (int i = 0; i < count; i++) {
      if (i % 1000 == 0) {
        Files.createDirectories(modules.resolve("part-%04d".formatted(i / 1000)));
      }
      Files.write(
          modules.resolve("part-%04d".formatted(i / 1000)).resolve(i + ".wasm"), Modules.tiny(i));
    }
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"))) {
      ingest(folder, broker);
      long whole = submit(folder, broker);
      long again = submit(folder, broker);
      System.out.printf(
          "%d modules with 1 GiB: %.1f s, again without anything to do %.1f s%n",
          count, whole / 1000.0, again / 1000.0);
    }
  }

  private static void ingest(Path folder, Service broker) throws Exception {
    Job.in(folder.resolve("ingest"), "ingest", folder.resolve("modules").toString())
        .with("--kafka", broker.address(), "--out", folder.resolve("payloads").toUri().toString())
        .runWell(0);
  }

  private static Job.Ended job(Path folder, Service broker, String out, String java)
      throws Exception {
    return Job.in(folder.resolve("work"), "run", "--kafka", broker.address())
        .with("--out", URI.create("file://" + folder.resolve(out)).toString())
        .with("--master", "local[" + THREADS + "]")
        .java(java)
        .runWell(0, 1, 3);
  }

  /** The job as spark-submit starts it, with 1 GiB for driver and executor together. */
  private static long submit(Path folder, Service broker) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dspark.master=local[" + THREADS + "]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
            "-cp",
            System.getProperty("java.class.path"),
            JobMain.class.getName(),
            "--kafka",
            broker.address(),
            "--out",
            URI.create("file://" + folder.resolve("out")).toString()));
    return timed(command);
  }

  private static long timed(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException("exit code " + process.exitValue());
    }
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static long bareInItsOwnJvm(Path folder) throws IOException, InterruptedException {
    return timed(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx4g",
            "-cp",
            System.getProperty("java.class.path"),
            PipelineBenchmark.class.getName(),
            "bare",
            folder.toString()));
  }

  /** A plain loop on each thread; results are counted and thrown away. */
  private static void bare(Path folder) throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder.resolve("modules"))) {
      files = tree.filter(Files::isRegularFile).sorted().toList();
    }
    ModuleProcessor engine = new ModuleProcessor(ProcessOptions.defaults());
    AtomicInteger next = new AtomicInteger();
    Map<String, Integer> verdicts = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Thread thread = new Thread(() -> loop(files, engine, next, verdicts));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("bare: " + verdicts);
  }

  private static void loop(
      List<Path> files, ModuleProcessor engine, AtomicInteger next, Map<String, Integer> verdicts) {
    for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
      try {
        verdicts.merge(
            engine.process(Files.readAllBytes(files.get(i))).verdict().name(), 1, Integer::sum);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
