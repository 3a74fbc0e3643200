package dev.bysync.job.old;

import dev.bysync.job.old.Commit.Part;
import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProfileImport;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunCatalog;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunLog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.sink.Tables;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes tables of the old format over: rows, offsets, runs, what they found; into another store the
 * binaries and reports, too. What is there is left alone, so that it may be run again. The rows of
 * one profile are in memory.
 */
public final class Migration {
  private static final long MAX_OBJECT = 1L << 30;

  private final Store old;
  private final Tables tables;
  private final Consumer<String> told;

  private Migration(Store old, Tables tables, Consumer<String> told) {
    this.old = old;
    this.tables = tables;
    this.told = told;
  }

  /**
   * Takes over.
   *
   * @param old the store with old tables
   * @param tables where to; may be the same store
   * @param told is told what was done, a line at a time
   * @throws IOException also if there is no old table, or it is damaged
   */
  public static void run(Store old, Tables tables, Consumer<String> told) throws IOException {
    new Migration(old, tables, told).run();
  }

  /**
   * Sees that a store has not only tables of the old format: a run would do all of it again.
   *
   * @throws IOException if it has
   */
  public static void refuseOld(Tables tables) throws IOException {
    if (!tables.exist() && !OldTable.profiles(tables.store()).isEmpty()) {
      throw new IOException(
          "the tables in %s are of an older Bysync: 'bysync migrate %s %s' takes them over; or use another --out"
              .formatted(tables.store().root(), tables.store().root(), tables.store().root()));
    }
  }

  private void run() throws IOException {
    List<String> profiles = OldTable.profiles(old);
    if (profiles.isEmpty()) {
      throw new IOException("there is no table of the old format in " + old.root());
    }
    Map<String, RunCounts> counts = new HashMap<>();
    for (String profile : profiles) {
      ProfileImport rows = read(profile, counts);
      told.accept(
          rows.write(tables)
              ? "profile %s: %,d modules".formatted(profile, rows.size())
              : "profile %s: is there".formatted(profile));
    }
    runs(counts);
    if (!old.root().equals(tables.store().root())) {
      for (String profile : profiles) {
        for (String folder : old.folders("transformed/" + profile)) {
          copy(old.list(folder));
        }
      }
      for (String run : old.folders("runs")) {
        copy(old.list(run).stream().filter(entry -> entry.path().endsWith("/report.md")).toList());
      }
    }
  }

  private ProfileImport read(String profile, Map<String, RunCounts> counts) throws IOException {
    OldTable table = new OldTable(old, profile);
    ProfileImport rows = new ProfileImport(profile);
    for (Commit commit : table.commits()) {
      List<ModuleRow> modules = new ArrayList<>();
      List<ProvenanceRow> provenance = new ArrayList<>();
      List<DeadLetterRow> deadLetters = new ArrayList<>();
      table.rows(commit, Part.MODULES, ModuleRow.class, modules::add);
      table.rows(commit, Part.PROVENANCE, ProvenanceRow.class, provenance::add);
      table.rows(commit, Part.DEAD_LETTERS, DeadLetterRow.class, deadLetters::add);
      rows.add(
          commit.runId(),
          new Batch(commit.topic(), commit.offsets(), modules, provenance, deadLetters, 0),
          commit.counts());
      counts.merge(profile + " " + commit.runId(), commit.counts(), RunCounts::plus);
    }
    return rows;
  }

  private void runs(Map<String, RunCounts> counts) throws IOException {
    Set<String> there =
        RunCatalog.of(tables).runs().stream().map(Migration::key).collect(Collectors.toSet());
    int taken = 0;
    for (RunManifest run : OldTable.runs(old)) {
      if (!there.contains(key(run))) {
        List<RunModules.Found> found = OldTable.found(old, run.runId());
        if (!found.isEmpty()) {
          RunModules.write(tables, run.runId(), found);
        }
        RunLog.of(tables).write(run.withCounts(counts.getOrDefault(key(run), RunCounts.NONE)));
        taken++;
      }
    }
    RunLog.of(tables).settle();
    told.accept("%,d runs".formatted(taken));
  }

  private void copy(List<Store.Entry> entries) throws IOException {
    for (Store.Entry entry : entries) {
      tables.store().create(entry.path(), old.read(entry.path(), MAX_OBJECT));
    }
  }

  private static String key(RunManifest run) {
    return run.profile() + " " + run.runId();
  }
}
