package dev.bysync.report.run;

import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunCatalog;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunLog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.Tables;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Reads runs out of the store that they wrote to. */
public final class RunStore {
  private final URI out;
  private final Tables tables;
  private final RunCatalog catalog;

  private RunStore(URI out, Tables tables) {
    this.out = out;
    this.tables = tables;
    this.catalog = RunCatalog.of(tables);
  }

  /** Opens the store with this root. */
  public static RunStore open(Configuration configuration, URI out) throws IOException {
    return new RunStore(out, Tables.of(configuration, out));
  }

  /** The manifests of all runs, one for each strategy of a run, in the order they were started. */
  public List<RunManifest> manifests() throws IOException {
    return catalog.runs();
  }

  /**
   * Removes all but the latest runs and those that are named, and what no kept run needs.
   *
   * @return what went and what stayed
   */
  public Retention remove(int keep, Set<String> named) throws IOException {
    Retention[] decided = {new Retention(List.of(), List.of(), List.of())};
    RunLog.Removal removed =
        RunLog.of(tables)
            .remove(
                runs -> {
                  Retention retention = Retention.of(runs, keep, named);
                  decided[0] = retention;
                  return new RunLog.Removal(retention.runs(), retention.profiles());
                });
    return new Retention(removed.runs(), removed.profiles(), decided[0].kept());
  }

  /** Id of the run that was started last. */
  public Optional<String> latest() throws IOException {
    List<RunManifest> runs = catalog.runs();
    return runs.isEmpty() ? Optional.empty() : Optional.of(runs.get(runs.size() - 1).runId());
  }

  /**
   * Reads a run: the modules that it processed, and those that it met and an earlier run had done.
   *
   * @return empty if there is no such run
   */
  public Optional<Run> read(String id) throws IOException {
    List<RunManifest> manifests = catalog.find(id);
    if (manifests.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> strategies = new LinkedHashMap<>();
    List<RunModule> modules = new ArrayList<>();
    Map<String, String> met = catalog.found(id);
    for (RunManifest manifest : manifests) {
      MetricsTable table = catalog.table(manifest);
      Map<String, List<String>> places = places(table, met);
      Map<String, ModuleRow> rows = new LinkedHashMap<>();
      table.forEachModule(
          row -> {
            if (met.containsKey(row.sha256())) {
              rows.put(row.sha256(), row);
            }
          });
      for (ModuleRow row : table.writtenBy(id)) {
        rows.put(row.sha256(), row);
      }
      for (ModuleRow row : rows.values()) {
        strategies.putIfAbsent(row.strategy(), row.profile());
        modules.add(
            RunModule.of(
                places.getOrDefault(row.sha256(), List.of(row.sha256())),
                !row.runId().equals(id),
                row));
      }
    }
    modules.sort(Comparator.comparing(RunModule::name).thenComparing(m -> m.row().strategy()));
    return Optional.of(
        new Run(id, out.toString(), facts(manifests), strategies, List.copyOf(modules)));
  }

  /** Where each module was found; the place that the run met it at comes first. */
  private static Map<String, List<String>> places(MetricsTable table, Map<String, String> met)
      throws IOException {
    Map<String, Set<String>> places = new HashMap<>();
    met.forEach(
        (sha256, place) -> places.computeIfAbsent(sha256, key -> new LinkedHashSet<>()).add(place));
    for (ProvenanceRow row : table.provenance()) {
      places.computeIfAbsent(row.sha256(), key -> new LinkedHashSet<>()).add(row.place());
    }
    Map<String, List<String>> lists = new HashMap<>();
    places.forEach((sha256, set) -> lists.put(sha256, List.copyOf(set)));
    return lists;
  }

  private static Map<String, String> facts(List<RunManifest> manifests) {
    Map<String, String> facts = new LinkedHashMap<>();
    RunManifest first = manifests.get(0);
    RunManifest last = manifests.get(manifests.size() - 1);
    facts.put("State", last.state().name());
    facts.put("Started", time(first.startedAtMillis()));
    if (last.endedAtMillis() > 0) {
      facts.put("Ended", time(last.endedAtMillis()));
    }
    RunCounts counts = first.counts();
    facts.put("Processed", "%,d modules, %,d bytes".formatted(counts.processed(), counts.bytes()));
    facts.put("Known from earlier runs", "%,d modules".formatted(counts.skipped()));
    facts.put(
        "Corpus",
        counts.corpora().keySet().stream()
            .filter(label -> !label.isEmpty())
            .sorted()
            .collect(Collectors.joining(", ")));
    facts.put("Topic", first.topic());
    facts.put("User", first.origin().user());
    facts.put("Driver", first.origin().host());
    facts.put("Spark application", first.origin().application());
    facts.put("Spark", "%s on %s".formatted(first.origin().spark(), first.origin().master()));
    facts.put("Java", first.origin().java());
    facts.put("Bysync", first.origin().bysync());
    facts.put("Revision", first.origin().revision());
    first.settings().forEach((name, value) -> facts.put("Setting " + name, value));
    if (!last.failure().isEmpty()) {
      facts.put("Failure", last.failure());
    }
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
