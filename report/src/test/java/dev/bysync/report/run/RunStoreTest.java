package dev.bysync.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunLog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.sink.Tables;
import dev.bysync.report.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
  private static final String PROFILE = "0123456789abcdef";
  private static final String A = "aa".repeat(32);
  private static final String B = "bb".repeat(32);

  @TempDir Path folder;
  private Tables tables;

  @BeforeEach
  void threeRuns() throws IOException {
    tables = Tables.of(new Configuration(), folder.toUri());
    write("r1", TableWriter.Mode.NEW_ONLY, row("r1", A, 1), row("r1", B, 1));
    write("r2", TableWriter.Mode.FORCE, row("r2", A, 2));
    manifest("r3", 3);
    RunModules.write(
        tables,
        "r3",
        List.of(new RunModules.Found(A, "new/a.wasm"), new RunModules.Found(B, "b.wasm")));
  }

  @Test
  void readsWhatARunWroteThoughALaterOneWroteAnother() throws IOException {
    Run run = open().read("r1").orElseThrow();
    assertThat(run.modules()).extracting(RunModule::sha256).containsExactlyInAnyOrder(A, B);
    assertThat(run.modules()).allMatch(module -> module.row().transformNanos() == 1);
    assertThat(run.modules()).noneMatch(RunModule::known);
    assertThat(open().read("r2").orElseThrow().modules())
        .extracting(module -> module.row().transformNanos())
        .containsExactly(2L);
  }

  @Test
  void countsWhatTheTableHadAmongTheModulesThatARunFound() throws IOException {
    Run run = open().read("r3").orElseThrow();
    assertThat(run.modules()).extracting(RunModule::name).containsExactly("b.wasm", "new/a.wasm");
    assertThat(run.modules()).allMatch(RunModule::known);
    assertThat(run.modules().get(1).places()).containsExactly("new/a.wasm", "old/" + A);
    assertThat(open().manifests())
        .extracting(manifest -> manifest.counts().skipped())
        .containsExactly(0L, 0L, 2L);
  }

  @Test
  void knowsTheLatest() throws IOException {
    assertThat(open().latest()).contains("r3");
    assertThat(open().read("r4")).isEqualTo(Optional.empty());
  }

  private RunStore open() throws IOException {
    return RunStore.open(new Configuration(), folder.toUri());
  }

  private void write(String run, TableWriter.Mode mode, ModuleRow... rows) throws IOException {
    manifest(run, run.charAt(1) - '0');
    try (TableWriter writer = TableWriter.open(tables, PROFILE, run, mode)) {
      writer.commit(
          new Batch(
              "topic",
              Map.of(),
              List.of(rows),
              List.of(rows).stream().map(RunStoreTest::place).toList(),
              List.of(),
              0));
    }
  }

  private static ProvenanceRow place(ModuleRow row) {
    return new ProvenanceRow(
        row.sha256().substring(32),
        row.sha256(),
        "FILE",
        "",
        "",
        "",
        "old/" + row.sha256(),
        "",
        0,
        "",
        0,
        0);
  }

  private void manifest(String run, long started) throws IOException {
    RunLog.of(tables)
        .write(
            new RunManifest(
                RunManifest.VERSION,
                run,
                RunManifest.State.DONE,
                "topic",
                PROFILE,
                Map.of("strategy", "dispatch"),
                new RunManifest.Origin("", "", "", "", "", "", "", ""),
                started,
                started,
                RunCounts.NONE,
                0,
                ""));
  }

  private static ModuleRow row(String run, String sha256, long nanos) {
    return Runs.module("x", Map.of("sha256", sha256, "runId", run, "transformNanos", nanos)).row();
  }
}
