package dev.bysync.chaos;

import dev.bysync.asyncify.AsyncifyOptions;
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
 * Measures the whole job against the bare engine: {@code efficiency FOLDER FUEL COUNT FILE...},
 * {@code tiny FOLDER COUNT} and, in a JVM of its own, {@code bare FOLDER FUEL}.
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
              Long.parseLong(arguments[2]),
              Integer.parseInt(arguments[3]),
              List.of(arguments).subList(4, arguments.length).stream().map(Path::of).toList());
      case "tiny" -> tiny(folder, Integer.parseInt(arguments[2]));
      case "bare" -> bare(folder, Long.parseLong(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** The same modules by both: distinct hashes, made of the files one after the other. */
  private static void efficiency(Path folder, long fuel, int count, List<Path> files)
      throws Exception {
    Modules.write(folder.resolve("modules"), count, Modules.variants(files, LARGEST));
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"))) {
      ingest(folder, broker);
      Spent bare = bareInItsOwnJvm(folder, fuel);
      Spent whole = job(folder, broker, fuel);
      System.out.printf(
          "%d modules, fuel %d: bare engine on %d threads %.1f s, whole job with start and end %.1f s: %.1f %%;"
              + " processor time %.1f s, %.1f s: %.1f %%%n",
          count,
          fuel,
          THREADS,
          bare.millis() / 1000.0,
          whole.millis() / 1000.0,
          100.0 * bare.millis() / whole.millis(),
          bare.cpuMillis() / 1000.0,
          whole.cpuMillis() / 1000.0,
          100.0 * bare.cpuMillis() / whole.cpuMillis());
    }
  }

  /** Very many modules of nearly nothing, with a driver of 1 GiB. */
  private static void tiny(Path folder, int count) throws Exception {
    Modules.write(folder.resolve("modules"), count, Modules::tiny);
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"))) {
      ingest(folder, broker);
      Spent whole = submit(folder, broker);
      Spent again = submit(folder, broker);
      System.out.printf(
          "%d modules with 1 GiB: %.1f s, %.1f s of processor time; again without anything to do %.1f s, %.1f s%n",
          count,
          whole.millis() / 1000.0,
          whole.cpuMillis() / 1000.0,
          again.millis() / 1000.0,
          again.cpuMillis() / 1000.0);
    }
  }

  private static void ingest(Path folder, Service broker) throws Exception {
    Job.in(folder.resolve("ingest"), "ingest", folder.resolve("modules").toString())
        .with("--kafka", broker.address(), "--out", folder.resolve("payloads").toUri().toString())
        .runWell(0);
  }

  private static Spent job(Path folder, Service broker, long fuel) throws Exception {
    return Job.in(folder.resolve("work"), "run", "--kafka", broker.address())
        .with("--out", URI.create("file://" + folder.resolve("out")).toString())
        .with("--payload-roots", folder.resolve("payloads").toUri().toString())
        .with("--master", "local[" + THREADS + "]", "--fuel", Long.toString(fuel))
        .java("-Xmx4g")
        .runWell(0, 1, 3);
  }

  /** The job as spark-submit starts it, with 1 GiB for driver and executor together. */
  private static Spent submit(Path folder, Service broker)
      throws IOException, InterruptedException {
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
            "--payload-roots",
            folder.resolve("payloads").toUri().toString(),
            "--out",
            URI.create("file://" + folder.resolve("out")).toString()));
    return timed(command);
  }

  private static Spent timed(List<String> command) throws IOException, InterruptedException {
    Spent spent = Spent.of(new ProcessBuilder(command).inheritIO().start());
    if (spent.code() != 0) {
      throw new IOException("exit code " + spent.code());
    }
    return spent;
  }

  private static Spent bareInItsOwnJvm(Path folder, long fuel)
      throws IOException, InterruptedException {
    return timed(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx4g",
            "-cp",
            System.getProperty("java.class.path"),
            PipelineBenchmark.class.getName(),
            "bare",
            folder.toString(),
            Long.toString(fuel)));
  }

  /** A plain loop on each thread; results are counted and thrown away. */
  private static void bare(Path folder, long fuel) throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder.resolve("modules"))) {
      files = tree.filter(Files::isRegularFile).sorted().toList();
    }
    ModuleProcessor engine =
        new ModuleProcessor(new ProcessOptions(AsyncifyOptions.defaults(), 1, fuel));
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
