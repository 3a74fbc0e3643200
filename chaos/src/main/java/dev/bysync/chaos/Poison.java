package dev.bysync.chaos;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    List<String> options = List.of(arguments).subList(1, arguments.length);
    List<byte[]> good = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      good.add(Modules.calling(i));
    }
    List<byte[]> all = new ArrayList<>(good);
    all.addAll(Modules.hostile(HOSTILE, 2));
    Modules.write(folder.resolve("good"), good);
    Modules.write(folder.resolve("all"), all);
    Map<Verdict, Integer> verdicts = new TreeMap<>();
    long alone;
    long together;
    Results results;
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"))) {
      alone = run(folder, broker, "good", options).millis();
      together = run(folder, broker, "all", options).millis();
      results = Results.read(Map.of(), out(folder, "all"));
    }
    int unexplained = 0;
    for (ModuleRow row : results.modules()) {
      verdicts.merge(row.verdict(), 1, Integer::sum);
      boolean needsReason =
          row.verdict() != Verdict.VERIFIED && row.verdict() != Verdict.UNEXERCISED;
      unexplained += needsReason && row.reason().isEmpty() ? 1 : 0;
    }
    int done = verdicts.getOrDefault(Verdict.VERIFIED, 0);
    System.out.printf(
        "%d good modules alone %d ms; with %d hostile modules and %d records that are no events %d ms (%.2f times)%n",
        GOOD, alone, HOSTILE, GARBAGE, together, (double) together / alone);
    System.out.printf(
        "verdicts %s, %d without a reason, %d dead letters%n",
        verdicts, unexplained, results.deadLetters().size());
    boolean good500 = done >= GOOD && unexplained == 0 && results.deadLetters().size() == GARBAGE;
    System.exit(good500 ? 0 : 1);
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
