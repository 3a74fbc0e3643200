package dev.bysync.chaos;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kills a part of the pipeline at a random moment, runs the job again, and compares what is there
 * with what an unbroken run left: {@code KillRerun FOLDER KILLS [SEED]}. Exit code 1 if anything
 * differs. A run that had ended before its moment came is no kill and is made up for.
 */
final class KillRerun {
  /** What is killed. */
  enum Victim {
    DRIVER,
    EXECUTOR,
    BROKER,
    STORE
  }

  private static final int MODULES = 120;
  private static final long LONGEST_MINUTES = 5;

  private final Path folder;
  private final Service broker;
  private final Service store;
  private final Random random;

  private KillRerun(Path folder, Service broker, Service store, Random random) {
    this.folder = folder;
    this.broker = broker;
    this.store = store;
    this.random = random;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    int kills = Integer.parseInt(arguments[1]);
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    int different;
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"));
        Service store = Service.start(Service.Kind.STORE, folder.resolve("s3"))) {
      different = new KillRerun(folder, broker, store, new Random(seed)).run(kills);
    }
    System.out.printf("%d kills, %d of them with a difference%n", kills, different);
    System.exit(different == 0 ? 0 : 1);
  }

  private int run(int kills) throws Exception {
    Path modules = folder.resolve("modules");
    List<byte[]> made = new ArrayList<>();
    for (int i = 0; i < MODULES; i++) {
      made.add(Modules.calling(i));
    }
    made.addAll(Modules.hostile(8, 1));
    Modules.write(modules, made);
    Job.in(folder.resolve("ingest"), "ingest", modules.toString())
        .with("--kafka", broker.address(), "--out", folder.resolve("payloads").toUri().toString())
        .runWell(0);
    sendGarbage();

    job("base", Victim.DRIVER).runWell(0, 1, 3);
    Results base = results("base");
    System.out.printf(
        "unbroken: %d modules, %d places, %d dead letters, %d objects%n",
        base.modules().size(),
        base.provenance().size(),
        base.deadLetters().size(),
        base.objects().size());
    long alone = job("timed", Victim.DRIVER).runWell(0, 1, 3).millis();
    long cluster = job("timed-cluster", Victim.EXECUTOR).runWell(0, 1, 3).millis();
    int different = 0;
    int run = 0;
    for (int kill = 0; kill < kills; ) {
      Victim victim = Victim.values()[kill % Victim.values().length];
      String name = "run-%02d".formatted(run++);
      long moment =
          (long)
              ((victim == Victim.EXECUTOR ? cluster : alone) * (0.1 + 0.9 * random.nextDouble()));
      Optional<String> happened = kill(job(name, victim), victim, moment);
      broker.revive();
      store.revive();
      Spent rerun = job(name, Victim.DRIVER).runWell(0, 1, 3);
      String difference = results(name).difference(base);
      System.out.printf(
          "%s: %s after %d ms, %s, rerun exit %d in %d ms: %s%n",
          name,
          victim,
          moment,
          happened.map(end -> "run then " + end).orElse("too late"),
          rerun.code(),
          rerun.millis(),
          difference.isEmpty() ? "equal" : "DIFFERENT: " + difference);
      different += difference.isEmpty() ? 0 : 1;
      kill += happened.isPresent() ? 1 : 0;
    }
    return different;
  }

  /** How the run went on behind the kill; empty if there was nothing left to kill. */
  private Optional<String> kill(Job job, Victim victim, long moment)
      throws IOException, InterruptedException {
    Process process = job.start();
    try {
      if (process.waitFor(moment, TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
      switch (victim) {
        case DRIVER -> process.destroyForcibly();
        case EXECUTOR -> {
          if (!killExecutor(process)) {
            return Optional.empty();
          }
        }
        case BROKER -> broker.kill();
        case STORE -> store.kill();
      }
      return Optional.of(end(process));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private static String end(Process process) throws InterruptedException {
    return process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)
        ? "ended with " + process.exitValue()
        : "did not end, so was killed";
  }

  /**
   * Kills an executor as soon as there is one. In a local cluster they are the Java processes that
   * the driver starts; what they are called is not told by systems that cut long commands.
   */
  private static boolean killExecutor(Process driver) throws InterruptedException {
    while (true) {
      Optional<ProcessHandle> executor =
          driver
              .children()
              .filter(child -> child.info().command().orElse("").endsWith("java"))
              .findAny();
      if (executor.isPresent()) {
        return executor.get().destroyForcibly();
      }
      if (driver.waitFor(200, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
  }

  /** A run into a place of its own, on two executors if one of them is to be killed. */
  private Job job(String name, Victim victim) throws IOException {
    Job job =
        Job.in(folder.resolve(name), "run")
            .with("--kafka", broker.address())
            .with("--out", out(name).toString())
            .with("--state", folder.resolve(name).resolve("state").toString())
            .with("--payload-roots", folder.resolve("payloads").toUri().toString())
            .with("--batch-events", "30", "--json")
            .hadoop(S3.hadoop(store.address()));
    return victim == Victim.EXECUTOR ? job.onTwoExecutors() : job;
  }

  private Results results(String name) throws IOException {
    return Results.read(S3.hadoop(store.address()), out(name));
  }

  private static URI out(String name) {
    return URI.create("s3a://" + Serve.BUCKET + "/" + name);
  }

  private void sendGarbage() {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 5; i++) {
        Future<RecordMetadata> unused =
            producer.send(
                new ProducerRecord<>(
                    "bysync.modules", ("no event " + i).getBytes(StandardCharsets.UTF_8)));
      }
      producer.flush();
    }
  }
}
