package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.job.sink.RunManifest.State;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  private static final String PROFILE = TableWriterTest.PROFILE;

  @TempDir Path folder;
  private Tables tables;
  private RunLog log;

  @BeforeEach
  void open() throws IOException {
    tables = Tables.of(new Configuration(), folder.toUri());
    log = RunLog.of(tables);
  }

  @Test
  void whatIsSaidOfARunComesBack() throws IOException {
    RunManifest run = run("r1", State.DONE).withCounts(counts(3));
    log.write(run("r1", State.RUNNING));
    log.write(run("r2", State.DONE));
    log.write(run);
    assertThat(runs()).hasSize(2).contains(run);
    assertThat(runs()).extracting(RunManifest::state).containsOnly(State.DONE);
  }

  @Test
  void oneRunHasARowForEachProfile() throws IOException {
    log.write(run("r1", "p", State.RUNNING, 1));
    log.write(run("r1", "q", State.RUNNING, 1));
    log.write(run("r1", "p", State.DONE, 1));
    assertThat(RunCatalog.of(tables).written())
        .extracting(RunManifest::state)
        .containsExactlyInAnyOrder(State.DONE, State.RUNNING);
  }

  /** Also in the table, once somebody has looked. */
  @Test
  void aKilledRunDoesNotStayRunning() throws IOException {
    Heartbeat alive = Heartbeat.ofRun(tables.store(), "r1");
    log.write(run("r1", State.RUNNING));
    try (TableWriter writer = TableWriter.open(tables, PROFILE, "r1", TableWriter.Mode.NEW_ONLY)) {
      writer.commit(
          new Batch(
              "t", Map.of(), List.of(TableWriterTest.module("aa", 1)), List.of(), List.of(), 0));
    }
    log.settle();
    assertThat(runs()).extracting(RunManifest::state).containsExactly(State.RUNNING);

    growOld("runs/r1/alive");
    assertThat(runs()).extracting(RunManifest::state).containsExactly(State.KILLED);
    assertThat(runs().get(0).counts().processed()).isEqualTo(1);
    assertThat(RunCatalog.of(tables).written())
        .extracting(RunManifest::state)
        .containsExactly(State.RUNNING);
    log.settle();
    assertThat(RunCatalog.of(tables).written())
        .extracting(RunManifest::state)
        .containsExactly(State.KILLED);
    assertThat(RunCatalog.of(tables).written().get(0).counts().processed()).isEqualTo(1);
    alive.close();
    assertThat(folder.resolve("runs/r1/alive")).doesNotExist();

    // it may be started again under its id
    log.write(run("r1", State.RUNNING));
    log.write(run("r1", State.DONE));
    assertThat(runs()).extracting(RunManifest::state).containsExactly(State.DONE);
  }

  @Test
  void aRunThatStartsWhileARemovalIsDecidedKeepsItsProfile() throws IOException {
    rows(PROFILE, "r1");
    log.write(run("r1", State.DONE));
    log.write(run("r2", "other", State.DONE, 2));
    int[] asked = {0};
    RunLog.Removal removed =
        log.remove(
            runs -> {
              if (asked[0]++ == 0) {
                RunLog.of(tables).write(run("r3", State.RUNNING)); // after what was read
              }
              boolean needed = runs.stream().anyMatch(run -> run.runId().equals("r3"));
              return new RunLog.Removal(List.of("r1"), needed ? List.of() : List.of(PROFILE));
            });
    assertThat(asked[0]).isEqualTo(2);
    assertThat(removed).isEqualTo(new RunLog.Removal(List.of("r1"), List.of()));
    assertThat(MetricsTable.open(tables, PROFILE).modules()).hasSize(1);
  }

  @Test
  @SuppressWarnings("try") // it is only there
  void aRunDoesNotStartWhileItsProfileIsRemoved() throws IOException {
    rows(PROFILE, "r1");
    log.write(run("r1", State.DONE));
    tables.store().create("transformed/" + PROFILE + "/aa/aa.wasm", new byte[] {1});
    Store store = tables.store();
    try (Heartbeat gc = Heartbeat.startAlone(store, ".gc").orElseThrow()) {
      assertThatThrownBy(() -> log.remove(runs -> new RunLog.Removal(List.of(), List.of())))
          .hasMessageContaining("another 'bysync gc'");
    }
    log.remove(
        runs -> {
          return new RunLog.Removal(List.of("r1"), List.of(PROFILE));
        });
    assertThat(MetricsTable.open(tables, PROFILE).modules()).isEmpty();
    assertThat(folder.resolve("transformed/" + PROFILE)).doesNotExist();
    log.write(run("r2", State.RUNNING));
  }

  /** What it had announced is taken over by the next one, or given up for a run that starts. */
  @Test
  void aRemovalThatWasKilledHoldsNobodyUp() throws IOException {
    log.write(run("r1", State.DONE));
    rows(PROFILE, "r1");
    tables.store().create(".gc/alive", "x".getBytes(StandardCharsets.UTF_8));
    tables
        .runs()
        .change(
            version ->
                dev.bysync.job.delta.Change.add(List.of())
                    .with("bysync.removing", "{\"profiles\":[\"" + PROFILE + "\",\"left\"]}"));
    assertThatThrownBy(() -> log.write(run("r2", State.RUNNING)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is removing profile " + PROFILE);

    growOld(".gc/alive");
    log.write(run("r2", State.RUNNING));
    assertThat(MetricsTable.open(tables, PROFILE).modules()).hasSize(1);
    rows("left", "r0");
    RunLog.Removal removed = log.remove(all -> new RunLog.Removal(List.of(), List.of()));
    assertThat(removed.profiles()).containsExactly("left");
    assertThat(MetricsTable.open(tables, "left").modules()).isEmpty();
  }

  private void growOld(String path) throws IOException {
    Files.setLastModifiedTime(
        folder.resolve(path), FileTime.fromMillis(System.currentTimeMillis() - 16 * 60_000));
  }

  private void rows(String profile, String run) throws IOException {
    ModuleRow row = TableWriterTest.of(profile, "aa");
    try (TableWriter writer = TableWriter.open(tables, profile, run, TableWriter.Mode.NEW_ONLY)) {
      writer.commit(new Batch("t", Map.of(), List.of(row), List.of(), List.of(), 0));
    }
  }

  private List<RunManifest> runs() throws IOException {
    return RunCatalog.of(tables).runs();
  }

  private static RunManifest run(String id, State state) {
    return run(id, PROFILE, state, 1_700_000_000_000L);
  }

  static RunManifest run(String id, String profile, State state, long started) {
    return new RunManifest(
        RunManifest.VERSION,
        id,
        state,
        "topic",
        profile,
        Map.of("engine", "1", "strategy", "dispatch"),
        new RunManifest.Origin("u", "h", "a", "m", "s", "j", "b", "r"),
        started,
        state == State.RUNNING ? 0 : started + 5,
        RunCounts.NONE,
        5,
        "");
  }

  private static RunCounts counts(long processed) {
    return new RunCounts(
        processed, 2, 3, 4, 5, Map.of("VERIFIED", processed), Map.of("corpus", 3L));
  }
}
