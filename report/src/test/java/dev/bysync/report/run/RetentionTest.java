package dev.bysync.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunLog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunManifest.State;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.sink.Tables;
import dev.bysync.report.Runs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  @TempDir Path folder;

  @Test
  void keepsTheLatestRunsAndAllThatTheyReferTo() throws IOException {
    Tables tables = Tables.of(new Configuration(), folder.toUri());
    List<RunManifest> runs =
        List.of(
            run("1", "old", State.DONE),
            run("2", "shared", State.DONE),
            run("3", "shared", State.FAILED),
            run("4", "new", State.DONE));
    for (RunManifest run : runs) {
      RunLog.of(tables).write(run);
      tables.store().create("transformed/%s/aa/x.wasm".formatted(run.profile()), bytes());
      tables.store().create("runs/%s/report.md".formatted(run.runId()), bytes());
      RunModules.write(tables, run.runId(), List.of(new RunModules.Found("aa", "a.wasm")));
      commit(tables, run.profile(), run.runId());
    }
    Retention expected = new Retention(List.of("2", "1"), List.of("old"), List.of("4", "3"));
    assertThat(Retention.of(runs, 2, Set.of())).isEqualTo(expected);
    RunStore store = RunStore.open(new Configuration(), folder.toUri());
    assertThat(store.remove(2, Set.of())).isEqualTo(expected);
    assertThat(store.manifests()).extracting(RunManifest::runId).containsExactly("3", "4");
    assertThat(Files.exists(folder.resolve("runs/1"))).isFalse();
    assertThat(Files.exists(folder.resolve("runs/2"))).isFalse();
    assertThat(folder.resolve("runs/3")).isDirectory();
    assertThat(Files.exists(folder.resolve("transformed/old/aa/x.wasm"))).isFalse();
    assertThat(folder.resolve("transformed/shared/aa/x.wasm")).isRegularFile();
    for (String profile : List.of("old", "shared", "new")) {
      MetricsTable table = MetricsTable.open(new Configuration(), folder.toUri(), profile);
      assertThat(table.modules()).hasSize(profile.equals("old") ? 0 : 1);
      assertThat(table.provenance()).hasSize(profile.equals("old") ? 0 : 1);
    }
    assertThat(RunModules.read(tables, "1")).isEmpty();
    assertThat(RunModules.read(tables, "4")).hasSize(1);
    assertThat(store.remove(2, Set.of()))
        .as("nothing is left to do")
        .isEqualTo(new Retention(List.of(), List.of(), List.of("4", "3")));
  }

  @Test
  void keepsWhatIsUnderWay() {
    List<RunManifest> runs =
        List.of(run("1", "a", State.RUNNING), run("2", "b", State.DONE), run("3", "c", State.DONE));
    assertThat(Retention.of(runs, 1, Set.of()))
        .isEqualTo(new Retention(List.of("2"), List.of("b"), List.of("3", "1")));
  }

  @Test
  void keepsWhatIsNamedWithAllThatItRefersTo() {
    List<RunManifest> runs =
        List.of(run("1", "a", State.DONE), run("2", "b", State.DONE), run("3", "c", State.DONE));
    assertThat(Retention.of(runs, 1, Set.of("1")))
        .isEqualTo(new Retention(List.of("2"), List.of("b"), List.of("3", "1")));
  }

  private static void commit(Tables tables, String profile, String run) throws IOException {
    ModuleRow row =
        Runs.module("x", Map.of("sha256", "aa", "profile", profile, "runId", run)).row();
    ProvenanceRow place =
        new ProvenanceRow("id", "aa", "FILE", "", "", "", "a.wasm", "", 0, "", 0, 0);
    try (TableWriter writer = TableWriter.open(tables, profile, run, TableWriter.Mode.NEW_ONLY)) {
      writer.commit(new Batch("t", Map.of(), List.of(row), List.of(place), List.of(), 0));
    }
  }

  private static byte[] bytes() {
    return "x".getBytes(StandardCharsets.UTF_8);
  }

  private static RunManifest run(String id, String profile, State state) {
    return new RunManifest(
        RunManifest.VERSION,
        id,
        state,
        "topic",
        profile,
        Map.of(),
        new RunManifest.Origin("", "", "", "", "", "", "", ""),
        Long.parseLong(id),
        0,
        RunCounts.NONE,
        0,
        "");
  }
}
