package dev.bysync.job.sink;

import dev.bysync.job.delta.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runs that wrote to a store, and their rows. Needs no Spark. */
public final class RunCatalog {
  private final Tables tables;

  private RunCatalog(Tables tables) {
    this.tables = tables;
  }

  /** The runs in these tables. */
  public static RunCatalog of(Tables tables) {
    return new RunCatalog(tables);
  }

  /**
   * All runs, in the order they were started: one for each profile of a run. Counts are what is
   * really in the table, also of runs that are under way or were killed; of those a run that has
   * not said for a quarter of an hour that it lives is one.
   */
  public List<RunManifest> runs() throws IOException {
    Optional<Version> version = tables.runs().latest();
    return version.isPresent() ? runs(version.get()) : List.of();
  }

  List<RunManifest> runs(Version version) throws IOException {
    Map<String, Integer> found = RunModules.counts(tables);
    List<RunManifest> runs = new ArrayList<>();
    for (RunManifest run : written(version)) {
      RunManifest now = asItIs(run);
      runs.add(now.withCounts(now.counts().withKnownOf(found.getOrDefault(run.runId(), 0))));
    }
    runs.sort(
        Comparator.comparingLong(RunManifest::startedAtMillis)
            .thenComparing(RunManifest::runId)
            .thenComparing(RunManifest::profile));
    return runs;
  }

  /** Of a run that has not ended what it has done, and whether it lives. */
  RunManifest asItIs(RunManifest run) throws IOException {
    if (run.state() != RunManifest.State.RUNNING) {
      return run;
    }
    Optional<Version> modules = tables.modules().latest();
    RunManifest counted =
        modules.isPresent()
            ? run.withCounts(Progress.of(modules.get(), run.profile()).counts(run.runId()))
            : run;
    String folder = "runs/" + run.runId();
    return Heartbeat.isAlive(tables.store(), folder)
        ? counted
        : counted.killed(Math.max(Heartbeat.last(tables.store(), folder), run.startedAtMillis()));
  }

  /** The table as it is written. */
  List<RunManifest> written() throws IOException {
    Optional<Version> version = tables.runs().latest();
    return version.isPresent() ? written(version.get()) : List.of();
  }

  private static List<RunManifest> written(Version version) throws IOException {
    List<RunManifest> runs = new ArrayList<>();
    version.read(version.files(), row -> runs.add(Tables.RUNS.record(row)));
    return runs;
  }

  /** The manifests of one run, one for each profile; none if there is no such run. */
  public List<RunManifest> find(String runId) throws IOException {
    return runs().stream().filter(run -> run.runId().equals(runId)).toList();
  }

  /** The table that a run wrote to: {@link MetricsTable#writtenBy} has its rows. */
  public MetricsTable table(RunManifest run) throws IOException {
    return MetricsTable.open(tables, run.profile());
  }

  /** Where the modules of a run were found, by their SHA-256; see {@link RunModules}. */
  public Map<String, String> found(String runId) throws IOException {
    return RunModules.read(tables, runId);
  }
}
