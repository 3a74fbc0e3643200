package dev.bysync.cli.runs;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.report.run.Retention;
import dev.bysync.report.run.RunStore;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** Removes what {@link Retention} decides. */
public final class Removal {
  private Removal() {}

  /** Whether it is removed or only told. */
  public enum Mode {
    DRY,
    REAL
  }

  /**
   * Removes all but the latest runs and those that are named.
   *
   * @param named ids or addresses of runs that stay, each of which has to be there
   */
  public static void run(
      String place,
      int keep,
      List<String> named,
      Map<String, String> hadoop,
      Mode mode,
      PrintStream console) {
    if (keep < 1) {
      throw CliFailure.usage("--keep has to be at least 1");
    }
    URI out = RunAddress.uri(place);
    Configuration configuration = RunAddress.configuration(hadoop);
    try {
      RunStore runs = RunStore.open(configuration, out);
      List<RunManifest> manifests = runs.manifests();
      Set<String> ids = ids(named, manifests, out);
      Retention retention =
          mode == Mode.DRY ? Retention.of(manifests, keep, ids) : runs.remove(keep, ids);
      String verb = mode == Mode.DRY ? "would remove" : "removed";
      retention.runs().forEach(run -> console.println(verb + " run " + run));
      retention
          .profiles()
          .forEach(profile -> console.println(verb + " rows and binaries of profile " + profile));
      console.printf("%d runs kept%n", retention.kept().size());
    } catch (IOException e) {
      throw CliFailure.infrastructure("%s: %s".formatted(out, e.getMessage()), e);
    }
  }

  private static Set<String> ids(List<String> named, List<RunManifest> manifests, URI out) {
    Set<String> ids = new HashSet<>();
    for (String name : named) {
      String id = RunAddress.parse(name).id().orElse(name);
      if (manifests.stream().noneMatch(run -> run.runId().equals(id))) {
        throw CliFailure.badInput(
            "nothing was removed: there is no run %s in %s (--keep-run)".formatted(id, out), null);
      }
      ids.add(id);
    }
    return ids;
  }
}
