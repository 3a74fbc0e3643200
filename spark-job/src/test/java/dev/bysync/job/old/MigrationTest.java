package dev.bysync.job.old;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.OldRows;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunCatalog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunManifest.State;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.sink.Tables;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
  private static final String PROFILE = OldRows.PROFILE;

  @TempDir Path folder;
  private Store old;

  @BeforeEach
  void writeOld() throws IOException {
    old = Store.open(new Configuration(), folder.resolve("old").toUri());
    OldFormat format = new OldFormat(old, PROFILE);
    format.commit(
        "r1",
        Map.of(0, 5L),
        List.of(OldRows.module("aa", 1), OldRows.module("bb", 1)),
        List.of(OldRows.source("id")),
        List.of(new DeadLetterRow("topic-id", "topic", 3, 4, "reason", 5)));
    format.commit(
        "r2", Map.of(0, 6L, 1, 2L), List.of(OldRows.module("aa", 2)), List.of(), List.of());
    format.run(OldRows.run("r1", State.DONE));
    format.run(OldRows.run("r2", State.RUNNING));
    format.found("r1", List.of(new RunModules.Found("aa", "a.wasm")));
    old.create("transformed/%s/aa/aa.wasm".formatted(PROFILE), new byte[] {1, 2});
    old.create("runs/r1/report.md", new byte[] {3});
  }

  @Test
  void takesAllOver() throws IOException {
    takesAllOver(folder.resolve("new"));
    Store store = Store.open(new Configuration(), folder.resolve("new").toUri());
    assertThat(store.read("transformed/%s/aa/aa.wasm".formatted(PROFILE), 10)).hasSize(2);
    assertThat(store.read("runs/r1/report.md", 10)).hasSize(1);
  }

  @Test
  void takesAllOverInPlace() throws IOException {
    Tables tables = Tables.of(new Configuration(), folder.resolve("old").toUri());
    assertThatThrownBy(() -> Migration.refuseOld(tables))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bysync migrate");
    takesAllOver(folder.resolve("old"));
    Migration.refuseOld(tables);
  }

  private void takesAllOver(Path to) throws IOException {
    Tables tables = Tables.of(new Configuration(), to.toUri());
    List<String> told = new ArrayList<>();
    Migration.run(old, tables, told::add);
    assertThat(told).containsExactly("profile %s: 2 modules".formatted(PROFILE), "2 runs");
    check(tables, to);
    told.clear();
    Migration.run(old, tables, told::add);
    assertThat(told).containsExactly("profile %s: is there".formatted(PROFILE), "0 runs");
    check(tables, to);
  }

  private static void check(Tables tables, Path to) throws IOException {
    MetricsTable table = MetricsTable.open(new Configuration(), to.toUri(), PROFILE);
    ModuleRow aa1 = OldRows.module("aa", 1);
    ModuleRow bb = OldRows.module("bb", 1);
    ModuleRow aa2 = OldRows.module("aa", 2);
    assertThat(table.modules()).containsExactly(aa2, bb);
    assertThat(table.writtenBy("r1")).containsExactlyInAnyOrder(aa1, bb);
    ProvenanceRow source = OldRows.source("id");
    assertThat(table.provenance()).containsExactly(source);
    assertThat(table.deadLetters()).hasSize(1);
    try (TableWriter writer = TableWriter.open(tables, PROFILE, "r3", TableWriter.Mode.NEW_ONLY)) {
      assertThat(writer.offsets("t")).isEqualTo(Map.of(0, 6L, 1, 2L));
      assertThat(writer.hasModule("aa")).isTrue();
      assertThat(writer.hasSource("id")).isTrue();
    }
    assertThat(RunCatalog.of(tables).runs())
        .extracting(RunManifest::runId, RunManifest::state, run -> run.counts().processed())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("r1", State.DONE, 2L),
            org.assertj.core.groups.Tuple.tuple("r2", State.KILLED, 1L));
    assertThat(RunCatalog.of(tables).found("r1")).isEqualTo(Map.of("aa", "a.wasm"));
  }

  @Test
  void aHoleInTheOldLogIsTold() throws IOException {
    old.delete("metrics/profile=%s/commits/%s".formatted(PROFILE, Commit.name(1)));
    Tables tables = Tables.of(new Configuration(), folder.resolve("new").toUri());
    assertThatThrownBy(() -> Migration.run(old, tables, line -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void aStoreWithoutTablesIsTold() throws IOException {
    Tables tables = Tables.of(new Configuration(), folder.resolve("new").toUri());
    assertThatThrownBy(() -> Migration.run(tables.store(), tables, line -> {}))
        .hasMessageContaining("no table of the old format");
    Migration.refuseOld(tables);
  }
}
