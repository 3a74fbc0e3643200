package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.bysync.job.store.Store;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableWriterTest {
  private static final String PROFILE = "0123456789abcdef";
  private static final String TABLE = "metrics/profile=" + PROFILE;

  @TempDir Path folder;
  private Store store;

  @BeforeEach
  void openStore() throws IOException {
    store = Store.open(new Configuration(), folder.toUri());
  }

  @Test
  void givesBackWhatWasCommitted() throws IOException {
    ModuleRow module = module("aa", 1);
    ProvenanceRow source = source("id");
    DeadLetterRow letter = new DeadLetterRow("topic-id", "topic", 3, 4, "reason", 5);
    try (TableWriter writer = writer("r1")) {
      writer.commit(
          new Batch("t", Map.of(0, 7L), List.of(module), List.of(source), List.of(letter), 2));
    }

    MetricsTable table = table();
    assertThat(table.modules()).containsExactly(module);
    assertThat(table.provenance()).containsExactly(source);
    assertThat(table.deadLetters()).containsExactly(letter);
    assertThat(table.runs())
        .containsExactly(
            entry(
                "r1", new RunCounts(1, 2, 1, 1, 1, Map.of("MISMATCH", 1L), Map.of("corpus", 1L))));
    try (TableWriter next = writer("r2")) {
      assertThat(next.hasModule("aa")).isTrue();
      assertThat(next.isMine("aa")).isFalse();
      assertThat(next.hasSource("id")).isTrue();
      assertThat(next.hasDeadLetter(letter.key())).isTrue();
      assertThat(next.offsets("t")).containsExactly(entry(0, 7L));
      assertThat(next.offsets("other")).isEmpty();
    }
  }

  @Test
  void neverShowsABatchThatDiedBeforeItsCommit() throws IOException {
    try (TableWriter dying = writer("r1")) {
      // Every write of the batch works but the last one.
      Path commits = folder.resolve(TABLE).resolve("commits");
      Files.createFile(commits);
      assertThatThrownBy(() -> dying.commit(batch(module("aa", 1))))
          .isInstanceOf(IOException.class);
      Files.delete(commits);
    }
    assertThat(folder.resolve(TABLE + "/modules")).isNotEmptyDirectory();
    assertThat(table().modules()).isEmpty();

    try (TableWriter again = writer("r2")) {
      assertThat(again.offsets("t")).isEmpty();
      again.commit(batch(module("aa", 2)));
    }
    assertThat(table().modules()).containsExactly(module("aa", 2));
  }

  /** What the other writer has added is left out; what is new still gets in. */
  @Test
  void commitsOnlyWhatNoOtherWriterHasAdded() throws IOException {
    try (TableWriter first = writer("r1");
        TableWriter second = writer("r2")) {
      first.commit(batch(module("aa", 1)));
      Batch committed = second.commit(batch(module("aa", 2), module("bb", 2)));
      assertThat(committed.modules()).containsExactly(module("bb", 2));
      assertThat(committed.skipped()).isEqualTo(1);
      first.commit(batch(module("bb", 1), module("cc", 1)));
    }
    assertThat(table().modules())
        .containsExactly(module("aa", 1), module("bb", 2), module("cc", 1));
    assertThat(store.list(TABLE + "/modules")).as("files that no commit names").hasSize(3);
    assertThat(table().runs()).extractingByKey("r1").extracting(RunCounts::processed).isEqualTo(2L);
  }

  /** Many writers of the same modules: each module once, and no commit is lost. */
  @Test
  void manyWritersAtTheSameTimeMakeOneOrder() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Long>> writers = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        String run = "r" + w;
        writers.add(
            () -> {
              try (TableWriter writer = writer(run)) {
                long added = 0;
                for (int i = 0; i < 10; i++) {
                  added +=
                      writer.commit(batch(module("m" + i, 1), module(run + i, 1))).modules().size();
                }
                return added;
              }
            });
      }
      long added = 0;
      for (Future<Long> writer : threads.invokeAll(writers)) {
        added += writer.get();
      }
      assertThat(added).isEqualTo(50);
    } finally {
      threads.shutdown();
    }
    assertThat(table().modules()).hasSize(50);
    assertThat(store.list(TABLE + "/commits")).hasSize(40);
  }

  @Test
  void aForcedRunReplacesEachRowOnce() throws IOException {
    try (TableWriter first = writer("r1")) {
      first.commit(batch(module("aa", 1), module("bb", 1)));
    }
    try (TableWriter forced = TableWriter.open(store, PROFILE, "r2", TableWriter.Mode.FORCE)) {
      assertThat(forced.hasModule("aa")).isFalse();
      forced.commit(batch(module("aa", 2)));
      assertThat(forced.hasModule("aa")).isTrue();
    }
    try (TableWriter continued = TableWriter.open(store, PROFILE, "r2", TableWriter.Mode.FORCE)) {
      assertThat(continued.hasModule("aa")).isTrue();
      assertThat(continued.hasModule("bb")).isFalse();
      assertThat(continued.counts().processed()).isEqualTo(1);
    }
    assertThat(table().modules()).containsExactly(module("aa", 2), module("bb", 1));
    assertThat(table().writtenBy("r2")).containsExactly(module("aa", 2));
    assertThat(table().writtenBy("r1")).containsExactly(module("aa", 1), module("bb", 1));
    List<ModuleRow> streamed = new ArrayList<>();
    table().forEachModule(streamed::add);
    assertThat(streamed).containsExactlyInAnyOrder(module("aa", 2), module("bb", 1));
  }

  /** The module itself may come with the next event. */
  @Test
  void aRowWithoutTheModulesBytesIsReplaced() throws IOException {
    ModuleRow unread = unread("aa");
    try (TableWriter writer = writer("r1")) {
      writer.commit(batch(unread));
      assertThat(table().modules()).containsExactly(unread);
      assertThat(writer.hasModule("aa")).isFalse();
      writer.commit(batch(module("aa", 1)));
      assertThat(writer.hasModule("aa")).isTrue();
    }
    assertThat(table().modules()).containsExactly(module("aa", 1));
  }

  @Test
  void saysWhichFileIsDamaged() throws IOException {
    try (TableWriter writer = writer("r1")) {
      writer.commit(batch(module("aa", 1)));
    }
    String data = store.list(TABLE + "/modules").get(0).path();
    store.replace(data, "PAR1 no longer".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> table().modules())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Parquet");
    store.delete(data);
    assertThatThrownBy(() -> table().modules())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(data);
    String commit = store.list(TABLE + "/commits").get(0).path();
    store.replace(commit, "{\"version\": 3, \"files\": ".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::table).isInstanceOf(IOException.class).hasMessageContaining(commit);
  }

  private TableWriter writer(String runId) throws IOException {
    return TableWriter.open(store, PROFILE, runId, TableWriter.Mode.NEW_ONLY);
  }

  private MetricsTable table() throws IOException {
    return MetricsTable.open(new Configuration(), folder.toUri(), PROFILE);
  }

  private static Batch batch(ModuleRow... rows) {
    return new Batch("t", Map.of(0, 1L), List.of(rows), List.of(), List.of(), 0);
  }

  private static ProvenanceRow source(String id) {
    return new ProvenanceRow(id, "aa", "FILE", "", "", "", "päth", "corpus", 5, "topic", 1, 2);
  }

  private static ModuleRow unread(String sha256) {
    return row(sha256, 0, 0);
  }

  private static ModuleRow module(String sha256, int functions) {
    return row(sha256, functions, 3);
  }

  private static ModuleRow row(String sha256, int functions, long gzip) {
    return row(sha256, functions, gzip, "unmatched", 2);
  }

  /** A row with this column, of a module that was transformed to so many bytes. */
  static ModuleRow withUnmatched(String unmatched, long transformedBytes) {
    return row("aa", 1, 3, unmatched, transformedBytes);
  }

  private static ModuleRow row(
      String sha256, int functions, long gzip, String unmatched, long transformedBytes) {
    return new ModuleRow(
        sha256,
        PROFILE,
        "external:tool {in} {out}",
        Verdict.MISMATCH,
        "why",
        "bb",
        1,
        transformedBytes,
        gzip,
        4,
        functions,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        30,
        31,
        32,
        SecondOpinion.Finding.DISAGREES,
        "responsible",
        unmatched,
        19,
        20,
        "run",
        "host",
        2,
        16);
  }
}
