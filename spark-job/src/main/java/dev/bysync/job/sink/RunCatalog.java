package dev.bysync.job.sink;

import dev.bysync.job.store.Store;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The runs that wrote to a store, and their rows. Needs no Spark. */
public final class RunCatalog {
  private static final int MAX_MANIFEST_BYTES = 1 << 20;
  private static final String MANIFEST = "manifest-";

  private final Store store;

  private RunCatalog(Store store) {
    this.store = store;
  }

  public static RunCatalog open(Configuration configuration, URI out) throws IOException {
    return new RunCatalog(Store.open(configuration, out));
  }

  /**
   * All runs, in the order they were started: one for each profile of a run. Counts are what is
   * really in the table, also of runs that are under way or were killed.
   */
  public List<RunManifest> runs() throws IOException {
    List<RunManifest> runs = new ArrayList<>();
    Map<String, Integer> found = new HashMap<>();
    for (String run : store.folders("runs")) {
      runs.addAll(manifests(run, found));
    }
    Map<String, Map<String, RunCounts>> counts = new HashMap<>();
    List<RunManifest> counted = new ArrayList<>();
    for (RunManifest run : runs) {
      Map<String, RunCounts> ofProfile = counts.get(run.profile());
      if (ofProfile == null) {
        ofProfile = table(run).runs();
        counts.put(run.profile(), ofProfile);
      }
      RunCounts inTable = ofProfile.getOrDefault(run.runId(), RunCounts.NONE);
      counted.add(run.withCounts(inTable.withKnownOf(found.getOrDefault(run.runId(), 0))));
    }
    counted.sort(
        Comparator.comparingLong(RunManifest::startedAtMillis)
            .thenComparing(RunManifest::runId)
            .thenComparing(RunManifest::profile));
    return counted;
  }

  /** The manifests of one run, one for each profile; none if there is no such run. */
  public List<RunManifest> find(String runId) throws IOException {
    return runs().stream().filter(run -> run.runId().equals(runId)).toList();
  }

  /** The table that a run wrote to: {@link MetricsTable#writtenBy} has its rows. */
  public MetricsTable table(RunManifest run) throws IOException {
    return MetricsTable.open(store, run.profile());
  }

  /** Where the modules of a run were found, by their SHA-256; see {@link RunModules}. */
  public Map<String, String> found(String runId) throws IOException {
    return RunModules.read(store, runId);
  }

  private List<RunManifest> manifests(String runFolder, Map<String, Integer> found)
      throws IOException {
    List<RunManifest> manifests = new ArrayList<>();
    for (Store.Entry entry : store.list(runFolder)) {
      int modules = RunModules.count(entry.path());
      if (modules > 0) {
        found.put(runFolder.substring(runFolder.lastIndexOf('/') + 1), modules);
      }
      String name = entry.path().substring(entry.path().lastIndexOf('/') + 1);
      if (name.startsWith(MANIFEST)) {
        byte[] json = store.read(entry.path(), MAX_MANIFEST_BYTES);
        RunManifest manifest = Json.read(json, RunManifest.class, entry.path());
        if (manifest.version() == RunManifest.VERSION) {
          manifests.add(manifest);
        }
      }
    }
    return manifests;
  }
}
