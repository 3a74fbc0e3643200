package dev.bysync.chaos;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * 500 good modules alone, then with hostile modules and records among them: {@code Poison FOLDER
 * [--isolation all]}. Exit code 1 if a good module is not done or a bad one has no reason.
 */
final class Poison {
  private static final int GOOD = 500;
  private static final int HOSTILE = 40;
  private static final int GARBAGE = 10;

  private Poison() {}

  /** What must not depend on what else is on the topic. */
  private record Outcome(String sha256, Verdict verdict, String transformedSha256) {
    static Outcome of(ModuleRow row) {
      return new Outcome(row.sha256(), row.verdict(), row.transformedSha256());
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    List<String> options = List.of(arguments).subList(1, arguments.length);
    List<byte[]> good = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      good.add(Modules.calling(i));
    }
    List<byte[]> all = new ArrayList<>(good);
    all.addAll(Modules.hostile(HOSTILE, 2));
    Modules.write(folder.resolve("first"), good);
    Modules.write(folder.resolve("good"), good);
    Modules.write(folder.resolve("all"), all);
    Map<Verdict, Integer> verdicts = new TreeMap<>();
    Spent alone;
    Spent together;
    Results sound;
    Results results;
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"))) {
      run(folder, broker, "first", options); // the first run also prepares later starts
      alone = run(folder, broker, "good", options);
      together = run(folder, broker, "all", options);
      sound = Results.read(Map.of(), out(folder, "good"));
      results = Results.read(Map.of(), out(folder, "all"));
    }
    Set<Outcome> outcomes = new HashSet<>();
    int unexplained = 0;
    for (ModuleRow row : results.modules()) {
      outcomes.add(Outcome.of(row));
      verdicts.merge(row.verdict(), 1, Integer::sum);
      boolean needsReason =
          row.verdict() != Verdict.VERIFIED && row.verdict() != Verdict.UNEXERCISED;
      unexplained += needsReason && row.reason().isEmpty() ? 1 : 0;
    }
    long done = sound.modules().stream().map(Outcome::of).filter(outcomes::contains).count();
    System.out.printf(
        "%d good modules alone %d ms; with %d hostile modules and %d records that are no events %d ms (%.2f times);"
            + " processor time %d ms, %d ms (%.2f times)%n",
        GOOD,
        alone.millis(),
        HOSTILE,
        GARBAGE,
        together.millis(),
        (double) together.millis() / alone.millis(),
        alone.cpuMillis(),
        together.cpuMillis(),
        (double) together.cpuMillis() / alone.cpuMillis());
    System.out.printf(
        "verdicts of %d different modules %s, %d without a reason, %d dead letters%n",
        results.modules().size(), verdicts, unexplained, results.deadLetters().size());
    System.out.printf("%d good modules with the same outcome as alone%n", done);
    boolean sameGood = done == GOOD && unexplained == 0 && results.deadLetters().size() == GARBAGE;
    System.exit(sameGood ? 0 : 1);
  }

  private static Spent run(Path folder, Service broker, String name, List<String> options)
      throws IOException, InterruptedException {
    String topic = "modules." + name;
    Job.in(folder.resolve("work-" + name), "ingest", folder.resolve(name).toString())
        .with("--kafka", broker.address(), "--topic", topic)
        .with("--out", folder.resolve("payloads").toUri().toString())
        .runWell(0);
    if (name.equals("all")) {
      sendGarbage(broker, topic);
    }
    return Job.in(folder.resolve("work-" + name), "run", "--kafka", broker.address())
        .with("--topic", topic, "--out", out(folder, name).toString(), "--json")
        .with("--payload-roots", folder.resolve("payloads").toUri().toString())
        .with(options.toArray(new String[0]))
        .runWell(0, 1, 3);
  }

  private static URI out(Path folder, String name) {
    return URI.create("file://" + folder.resolve("out-" + name));
  }

  private static void sendGarbage(Service broker, String topic) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < GARBAGE; i++) {
        byte[] value =
            ("\u00c3\u0001 no event " + i)
                .repeat(1 + i * 5000)
                .getBytes(StandardCharsets.ISO_8859_1);
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic, value));
      }
      producer.flush();
    }
  }
}
