package dev.bysync.cli.run;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.ingest.FoundModule;
import dev.bysync.ingest.source.Origin;
import dev.bysync.job.sink.BinaryStore;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The committed table, as far as the summary of a run needs it. */
final class TableView {
  private final Map<String, ModuleRow> rows = new LinkedHashMap<>();
  private final List<ProvenanceRow> provenance;
  private final Set<Finding> findings = new HashSet<>();

  /** One module at one place. */
  private record Finding(
      String sha256, String kind, String packageName, String version, String path) {}

  private final long version;

  private TableView(MetricsTable table) throws IOException {
    version = table.version();
    table.modules().forEach(row -> rows.put(row.sha256(), row));
    provenance = table.provenance();
    for (ProvenanceRow row : provenance) {
      findings.add(
          new Finding(row.sha256(), row.kind(), row.packageName(), row.version(), row.path()));
    }
  }

  /**
   * Reads the table as it is now.
   *
   * @throws CliFailure if the store fails
   */
  static TableView read(RunSettings settings, Configuration configuration) {
    try {
      return new TableView(
          MetricsTable.open(configuration, settings.out(), settings.process().profile()));
    } catch (IOException e) {
      throw unreadable(settings, e);
    }
  }

  /** Whether the table is as it was when it was read: no {@code bysync gc} came in between. */
  boolean isCurrent(RunSettings settings, Configuration configuration) {
    try {
      return MetricsTable.open(configuration, settings.out(), settings.process().profile())
              .version()
          == version;
    } catch (IOException e) {
      throw unreadable(settings, e);
    }
  }

  private static CliFailure unreadable(RunSettings settings, IOException e) {
    return CliFailure.infrastructure(
        "the table in %s can't be read: %s\nIs the store there, and may this user read it?"
            .formatted(settings.out(), e.getMessage()),
        e);
  }

  /** Whether there is nothing left to do for these; for none at all that is not known. */
  boolean hasAll(List<FoundModule> modules) {
    return !modules.isEmpty() && modules.stream().allMatch(this::has);
  }

  /** Size of those whose modules have no row, bytes; each module counts once. */
  long missingBytes(List<FoundModule> modules) {
    Map<String, Long> missing = new HashMap<>();
    for (FoundModule module : modules) {
      if (!rows.containsKey(module.sha256())) {
        missing.put(module.sha256(), module.size());
      }
    }
    return missing.values().stream().mapToLong(Long::longValue).sum();
  }

  private boolean has(FoundModule module) {
    Origin origin = module.source();
    return rows.containsKey(module.sha256())
        && findings.contains(
            new Finding(
                module.sha256(),
                origin.kind().name(),
                origin.packageName(),
                origin.version(),
                origin.path()));
  }

  /** A line for each distinct module, in the order found. */
  List<ModuleLine> lines(List<FoundModule> modules, RunSettings settings) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (FoundModule module : modules) {
      names
          .computeIfAbsent(module.sha256(), sha256 -> new ArrayList<>())
          .add(module.source().toString());
    }
    return lines(names, settings);
  }

  /** A line for each module that this run has processed. */
  List<ModuleLine> ofRun(RunSettings settings) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    Map<String, List<String>> places = new HashMap<>();
    for (ProvenanceRow row : provenance) {
      places.computeIfAbsent(row.sha256(), sha256 -> new ArrayList<>()).add(row.place());
    }
    for (ModuleRow row : rows.values()) {
      if (row.runId().equals(settings.runId())) {
        names.put(row.sha256(), places.getOrDefault(row.sha256(), List.of(row.sha256())));
      }
    }
    return lines(names, settings);
  }

  private List<ModuleLine> lines(Map<String, List<String>> names, RunSettings settings) {
    List<ModuleLine> lines = new ArrayList<>();
    names.forEach(
        (sha256, places) -> {
          @Nullable ModuleRow row = rows.get(sha256);
          lines.add(
              new ModuleLine(
                  places.get(0),
                  places.size() - 1,
                  settings.process().strategy().name(),
                  sha256,
                  row,
                  row == null || row.transformedBytes() == 0 ? "" : binary(sha256, settings),
                  row != null && !row.runId().equals(settings.runId())));
        });
    return lines;
  }

  private static String binary(String sha256, RunSettings settings) {
    return Places.show(settings.under(BinaryStore.path(settings.process().profile(), sha256)));
  }
}
