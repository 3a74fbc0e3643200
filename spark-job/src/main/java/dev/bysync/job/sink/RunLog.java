package dev.bysync.job.sink;

import dev.bysync.job.delta.Change;
import dev.bysync.job.delta.DeltaTable;
import dev.bysync.job.delta.Vacuum;
import dev.bysync.job.delta.Version;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the table of runs. All that starts runs or removes what they refer to goes through its
 * commits, so that a run either is seen by a removal, or sees it.
 */
public final class RunLog {
  private static final StructType KEY = Tables.RUNS.schema("run_id", "profile");
  private static final String REMOVING = "bysync.removing";
  private static final String REMOVAL = ".gc";

  private final Tables tables;
  private final DeltaTable table;

  private RunLog(Tables tables) {
    this.tables = tables;
    this.table = tables.runs();
  }

  public static RunLog of(Tables tables) {
    return new RunLog(tables);
  }

  /**
   * What a removal takes away.
   *
   * @param runs ids of runs
   * @param profiles profiles that no other run has
   */
  public record Removal(List<String> runs, List<String> profiles) {}

  /** Profiles that are being removed: in the table's metadata while it lasts. */
  private record Removing(Set<String> profiles) {
    static final Removing NONE = new Removing(Set.of());
  }

  /** Decides what goes. */
  @FunctionalInterface
  public interface Decision {
    Removal of(List<RunManifest> runs) throws IOException;
  }

  /**
   * Writes a run in place of what was said of it.
   *
   * @throws IOException also if its profile is being removed by another process
   */
  public void write(RunManifest run) throws IOException {
    table.change(
        version -> {
          Set<String> removing = new TreeSet<>(removing(version));
          boolean mine = removing.remove(run.profile());
          if (mine && Heartbeat.isAlive(tables.store(), REMOVAL)) {
            throw new IOException(
                "'bysync gc' is removing profile %s from %s: run again when it has ended"
                    .formatted(run.profile(), tables.store().root()));
          }
          Change change =
              version
                  .without(
                      version.files("run_id", run.runId()),
                      KEY,
                      row ->
                          Rows.text(row, "run_id").equals(run.runId())
                              && Rows.text(row, "profile").equals(run.profile()),
                      row -> {})
                  .plus(List.of(Tables.RUNS.row(run)));
          // left behind by a removal that was killed
          return mine ? change.with(REMOVING, Json.line(new Removing(removing))) : change;
        });
  }

  /** Writes down of runs that were killed that they were. */
  public void settle() throws IOException {
    RunCatalog catalog = RunCatalog.of(tables);
    for (RunManifest run : catalog.written()) {
      RunManifest now = catalog.asItIs(run);
      if (now.state() != run.state()) {
        write(now);
      }
    }
  }

  /**
   * Removes runs, and rows and binaries of profiles, then files that nothing needs any more.
   *
   * @param decision decides; is asked again if a run was started meanwhile
   * @return what went, with what an earlier removal that was killed had left
   * @throws IOException also if another removal is under way
   */
  @SuppressWarnings("try") // the heartbeat beats by itself
  public Removal remove(Decision decision) throws IOException {
    try (Heartbeat heartbeat =
        Heartbeat.startAlone(tables.store(), REMOVAL)
            .orElseThrow(
                () ->
                    new IOException(
                        "another 'bysync gc' is at work in %s (or was killed less than 15 minutes ago)"
                            .formatted(tables.store().root())))) {
      Removal removal = announce(decision);
      for (String profile : removal.profiles()) {
        for (DeltaTable each :
            List.of(
                tables.modules(), tables.replaced(), tables.provenance(), tables.deadLetters())) {
          removeRows(each, "profile", profile);
        }
        tables.store().delete("transformed/" + profile);
      }
      for (String run : removal.runs()) {
        removeRows(tables.found(), "run_id", run);
        tables.store().delete("runs/" + run);
      }
      say(Removing.NONE);
      for (DeltaTable each : tables.all()) {
        Vacuum.run(each);
      }
      return removal;
    }
  }

  private Removal announce(Decision decision) throws IOException {
    Removal[] removal = {new Removal(List.of(), List.of())};
    table.change(
        version -> {
          List<RunManifest> runs = RunCatalog.of(tables).runs(version);
          Removal decided = decision.of(runs);
          Set<String> profiles = new TreeSet<>(removing(version));
          profiles.addAll(decided.profiles());
          for (RunManifest run : runs) {
            if (!decided.runs().contains(run.runId())) {
              profiles.remove(run.profile());
            }
          }
          removal[0] = new Removal(decided.runs(), List.copyOf(profiles));
          return version
              .without(
                  version.files(),
                  KEY,
                  row -> decided.runs().contains(Rows.text(row, "run_id")),
                  row -> {})
              .with(REMOVING, Json.line(new Removing(profiles)));
        });
    return removal[0];
  }

  private void say(Removing removing) throws IOException {
    Change change = Change.add(List.of()).with(REMOVING, Json.line(removing));
    table.change(version -> change);
  }

  private static void removeRows(DeltaTable table, String column, String value) throws IOException {
    table.change(
        version -> {
          Change change =
              version.without(
                  version.files(column, value),
                  version.columns(column),
                  row -> Rows.text(row, column).equals(value),
                  row -> {});
          return change.removed().isEmpty() ? null : change;
        });
  }

  private static Set<String> removing(Version version) throws IOException {
    String text = version.domain(REMOVING).orElse("");
    return text.isEmpty()
        ? Set.of()
        : Json.read(text.getBytes(StandardCharsets.UTF_8), Removing.class, REMOVING).profiles();
  }
}
