package dev.bysync.chaos;

import dev.bysync.chaos.FaultyProxy.Fault;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the job against a store that fails in each of its ways, again until a run ends well, and
 * compares what is there with what a run against a sound store left: {@code BadStore FOLDER
 * [SEED]}. Exit code 1 if anything differs.
 */
final class BadStore {
  private static final int MODULES = 120;
  private static final int MOST_RUNS = 5;

  private BadStore() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    System.out.println("seed " + seed);
    List<byte[]> made = new ArrayList<>();
    for (int i = 0; i < MODULES; i++) {
      made.add(Modules.calling(i));
    }
    Path modules = folder.resolve("modules");
    Modules.write(modules, made);
    int different = 0;
    try (Service broker = Service.start(Service.Kind.BROKER, folder.resolve("kafka"));
        Service store = Service.start(Service.Kind.STORE, folder.resolve("s3"));
        FaultyProxy proxy = FaultyProxy.before(store.address(), seed)) {
      Job.in(folder.resolve("ingest"), "ingest", modules.toString())
          .with("--kafka", broker.address(), "--out", folder.resolve("payloads").toUri().toString())
          .runWell(0);
      Results sound = null;
      for (Fault fault : Fault.values()) {
        proxy.fault(fault);
        URI out = URI.create("s3a://" + Serve.BUCKET + "/" + fault.name());
        int runs = 0;
        Spent ended;
        do {
          Path place = folder.resolve(fault.name());
          ended =
              Job.in(place, "run", "--kafka", broker.address(), "--out", out.toString())
                  .with("--state", place.resolve("state").toString())
                  .with("--payload-roots", folder.resolve("payloads").toUri().toString())
                  .with("--batch-events", "30", "--json")
                  .hadoop(S3.hadoop(proxy.address()))
                  .run();
          runs++;
        } while (ended.code() == 4 && runs < MOST_RUNS);
        Results results = Results.read(S3.hadoop(store.address()), out);
        sound = sound == null ? results : sound;
        String difference = results.difference(sound);
        System.out.printf(
            "%s: %s, %d modules, run %d ended with %d in %d ms: %s%n",
            fault,
            proxy.account(),
            results.modules().size(),
            runs,
            ended.code(),
            ended.millis(),
            difference.isEmpty() ? "equal" : "DIFFERENT: " + difference);
        different += difference.isEmpty() ? 0 : 1;
      }
    }
    System.exit(different == 0 ? 0 : 1);
  }
}
