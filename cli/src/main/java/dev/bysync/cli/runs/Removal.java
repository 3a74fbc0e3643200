package dev.bysync.cli.runs;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.job.store.Store;
import dev.bysync.report.run.Retention;
import dev.bysync.report.run.RunStore;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Removes what {@link Retention} decides. */
public final class Removal {
  private Removal() {}

  /** Whether it is removed or only told. */
  public enum Mode {
    DRY,
    REAL
  }

  /** Removes all but the latest runs. */
  public static void run(
      String place, int keep, Map<String, String> hadoop, Mode mode, PrintStream console) {
    if (keep < 1) {
      throw CliFailure.usage("--keep has to be at least 1");
    }
    URI out = RunAddress.uri(place);
    Configuration configuration = RunAddress.configuration(hadoop);
    try {
      RunStore runs = RunStore.open(configuration, out);
      Retention retention = Retention.of(runs.manifests(), keep);
      String verb = mode == Mode.DRY ? "would remove" : "removed";
      if (mode == Mode.REAL) {
        retention.apply(Store.open(configuration, out), runs::manifests);
      }
      retention.runs().forEach(run -> console.println(verb + " run " + run));
      retention
          .profiles()
          .forEach(profile -> console.println(verb + " table and binaries of profile " + profile));
      console.printf("%d runs kept%n", retention.kept().size());
    } catch (IOException e) {
      throw CliFailure.infrastructure("%s: %s".formatted(out, e.getMessage()), e);
    }
  }
}
