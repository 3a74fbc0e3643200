package dev.bysync.job.sink;

import dev.bysync.job.delta.Change;
import io.delta.kernel.data.Row;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * All rows of a profile that come from elsewhere, and how far it had come there: added at once, or
 * not at all if the tables have the profile.
 */
public final class ProfileImport {
  private final String profile;
  private final Map<String, ModuleRow> modules = new LinkedHashMap<>();
  private final List<ModuleRow> replaced = new ArrayList<>();
  private final List<Of<ProvenanceRow>> provenance = new ArrayList<>();
  private final List<Of<DeadLetterRow>> deadLetters = new ArrayList<>();
  private Progress progress = Progress.NONE;

  private record Of<T>(T row, String runId) {}

  public ProfileImport(String profile) {
    this.profile = profile;
  }

  /** Takes what one batch had added. */
  public void add(String runId, Batch batch, RunCounts counts) {
    for (ModuleRow row : batch.modules()) {
      ModuleRow before = modules.put(row.sha256(), row);
      if (before != null) {
        replaced.add(before);
      }
    }
    batch.provenance().forEach(row -> provenance.add(new Of<>(row, runId)));
    batch.deadLetters().forEach(row -> deadLetters.add(new Of<>(row, runId)));
    progress = progress.plus(batch.topic(), batch.offsets(), runId, counts);
  }

  /** Modules that it has. */
  public int size() {
    return modules.size();
  }

  /**
   * Writes it.
   *
   * @return false if the tables have the profile
   */
  public boolean write(Tables tables) throws IOException {
    Tables.OfCommit commit = new Tables.OfCommit(UUID.randomUUID().toString(), Instant.now());
    List<Row> rows = modules.values().stream().map(row -> Tables.MODULES.row(row, commit)).toList();
    boolean[] written = {false};
    tables
        .modules()
        .change(
            version -> {
              written[0] = Progress.of(version, profile).equals(Progress.NONE);
              if (!written[0]) {
                return null;
              }
              writeOthers(tables, commit);
              return Change.add(rows).with(Progress.domain(profile), progress.text());
            });
    return written[0];
  }

  private void writeOthers(Tables tables, Tables.OfCommit commit) throws IOException {
    try (KeyedTable table = TableWriter.sources(tables, profile)) {
      table.add(
          provenance.stream()
              .map(one -> Tables.PROVENANCE.row(one.row(), ofRun(one.runId(), commit)))
              .toList());
    }
    try (KeyedTable table = TableWriter.deadLetters(tables, profile)) {
      table.add(
          deadLetters.stream()
              .map(one -> Tables.DEAD_LETTERS.row(one.row(), ofRun(one.runId(), commit)))
              .toList());
    }
    try (KeyedTable table = TableWriter.replaced(tables, profile)) {
      table.add(replaced.stream().map(row -> Tables.MODULES.row(row, commit)).toList());
    }
  }

  private Tables.OfRun ofRun(String runId, Tables.OfCommit commit) {
    return new Tables.OfRun(profile, runId, commit.commitId(), commit.committedAt());
  }
}
