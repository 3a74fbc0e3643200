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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableWriterTest {
  static final String PROFILE = "0123456789abcdef";
  private static final String LOG = "tables/modules/_delta_log";

  @TempDir Path folder;
  private static final String UNMATCHED =
      "{\"places\":{\"imports\":\"0-2\"},\"near\":[{\"list\":\"imports\",\"place\":1,\"names\":[\"a.b\"]}]}";

  private static final String RESPONSIBLE =
      "[{\"kind\":\"IMPORT\",\"name\":\"env.a\",\"functions\":1,\"bytes\":2,\"alone\":3,\"aloneBytes\":4}]";

  private Tables tables;

  @BeforeEach
  void openStore() throws IOException {
    tables = Tables.of(new Configuration(), folder.toUri());
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
      Path commit = folder.resolve(LOG + "/00000000000000000001.json");
      Files.createDirectory(commit);
      assertThatThrownBy(() -> dying.commit(batch(module("aa", 1))))
          .isInstanceOf(IOException.class);
      Files.delete(commit);
    }
    assertThat(parquet("modules")).hasSize(1);
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
    assertThat(parquet("modules")).as("files that no commit names").hasSize(3);
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
    assertThat(tables.modules().latest().orElseThrow().number()).isEqualTo(40);
  }

  @Test
  void aForcedRunReplacesEachRowOnce() throws IOException {
    try (TableWriter first = writer("r1")) {
      first.commit(batch(module("aa", 1), module("bb", 1)));
    }
    try (TableWriter forced = TableWriter.open(tables, PROFILE, "r2", TableWriter.Mode.FORCE)) {
      assertThat(forced.hasModule("aa")).isFalse();
      forced.commit(batch(module("aa", 2)));
      assertThat(forced.hasModule("aa")).isTrue();
    }
    try (TableWriter continued = TableWriter.open(tables, PROFILE, "r2", TableWriter.Mode.FORCE)) {
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
    String data = parquet("modules").get(0);
    tables.store().replace(data, "PAR1 no longer".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> table().modules())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Parquet");
    tables.store().delete(data);
    assertThatThrownBy(() -> table().modules())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(data)
        .hasMessageContaining("damaged");
  }

  /** It would end the table before it, silently, if only what is there was read. */
  @Test
  void aMissingCommitIsTold() throws IOException {
    try (TableWriter writer = writer("r1")) {
      for (int i = 0; i < 5; i++) {
        writer.commit(batch(module("m" + i, 1)));
      }
      tables.store().delete(LOG + "/00000000000000000004.json");
      assertThatThrownBy(this::table)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
      assertThatThrownBy(writer::refresh)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
    }
  }

  /** Who has seen the last commit misses it. */
  @Test
  void aWriterMissesTheLastCommit() throws IOException {
    try (TableWriter writer = writer("r1")) {
      writer.commit(batch(module("aa", 1)));
      writer.commit(batch(module("bb", 1)));
      tables.store().delete(LOG + "/00000000000000000002.json");
      tables.store().delete(LOG + "/00000000000000000002.crc");
      assertThatThrownBy(writer::refresh)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("its log ends at version 1, and was at 2");
    }
  }

  @Test
  void aHalfWrittenCommitIsTold() throws IOException {
    try (TableWriter writer = writer("r1")) {
      writer.commit(batch(module("aa", 1)));
      writer.commit(batch(module("bb", 1)));
    }
    String last = LOG + "/00000000000000000002.json";
    byte[] whole = tables.store().read(last, 1 << 20);
    tables.store().replace(last, Arrays.copyOf(whole, whole.length / 2));
    tables.store().delete(LOG + "/00000000000000000002.crc");
    assertThatThrownBy(() -> table().modules()).isInstanceOf(IOException.class);
  }

  /** More commits than a checkpoint covers, in a folder whose name URIs escape. */
  @Test
  void readsThroughCheckpoints() throws IOException {
    Path odd = folder.resolve("a b%20c");
    Tables there = Tables.of(new Configuration(), odd.toUri());
    try (TableWriter writer = TableWriter.open(there, PROFILE, "r1", TableWriter.Mode.NEW_ONLY)) {
      for (int i = 0; i < 25; i++) {
        writer.commit(batch(module("m" + (10 + i), i)));
      }
      writer.refresh();
    }
    assertThat(MetricsTable.open(there, PROFILE).modules()).hasSize(25);
    assertThat(there.store().list(LOG))
        .extracting(entry -> entry.path().substring(LOG.length() + 1))
        .contains("00000000000000000020.checkpoint.parquet", "_last_checkpoint");
    try (Stream<Path> names = Files.list(folder)) {
      assertThat(names).containsExactly(odd);
    }
  }

  @Test
  void profilesShareATable() throws IOException {
    try (TableWriter writer = writer("r1");
        TableWriter other = TableWriter.open(tables, "other", "r2", TableWriter.Mode.NEW_ONLY)) {
      writer.commit(batch(module("aa", 1)));
      assertThat(other.hasModule("aa")).isFalse();
      other.commit(new Batch("t", Map.of(0, 9L), List.of(), List.of(source("id")), List.of(), 0));
      writer.commit(batch(module("bb", 1)));
      assertThat(writer.hasSource("id")).isFalse();
      assertThat(writer.offsets("t")).containsExactly(entry(0, 1L));
      assertThat(other.offsets("t")).containsExactly(entry(0, 9L));
    }
    assertThat(MetricsTable.open(tables, "other").modules()).isEmpty();
    assertThat(table().modules()).hasSize(2);
    assertThat(table().provenance()).isEmpty();
  }

  private List<String> parquet(String table) throws IOException {
    return tables.store().list("tables/" + table).stream()
        .map(Store.Entry::path)
        .filter(path -> path.endsWith(".parquet"))
        .toList();
  }

  private TableWriter writer(String runId) throws IOException {
    return TableWriter.open(tables, PROFILE, runId, TableWriter.Mode.NEW_ONLY);
  }

  private MetricsTable table() throws IOException {
    return MetricsTable.open(new Configuration(), folder.toUri(), PROFILE);
  }

  private static Batch batch(ModuleRow... rows) {
    return new Batch("t", Map.of(0, 1L), List.of(rows), List.of(), List.of(), 0);
  }

  static ProvenanceRow source(String id) {
    return new ProvenanceRow(id, "aa", "FILE", "", "", "", "päth", "corpus", 5, "topic", 1, 2);
  }

  private static ModuleRow unread(String sha256) {
    return row(sha256, 0, 0);
  }

  /** A row of the run {@code r} and that number. */
  static ModuleRow module(String sha256, int functions) {
    return row(sha256, functions, 3);
  }

  private static ModuleRow row(String sha256, int functions, long gzip) {
    return row(sha256, functions, gzip, UNMATCHED, 2);
  }

  static ModuleRow of(String profile, String sha256) {
    return row(profile, sha256, 1, 3, UNMATCHED, 2);
  }

  /** A row with this column, of a module that was transformed to so many bytes. */
  static ModuleRow withUnmatched(String unmatched, long transformedBytes) {
    return row("aa", 1, 3, unmatched, transformedBytes);
  }

  private static ModuleRow row(
      String sha256, int functions, long gzip, String unmatched, long transformedBytes) {
    return row(PROFILE, sha256, functions, gzip, unmatched, transformedBytes);
  }

  private static ModuleRow row(
      String profile,
      String sha256,
      int functions,
      long gzip,
      String unmatched,
      long transformedBytes) {
    return new ModuleRow(
        sha256,
        profile,
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
        RESPONSIBLE,
        unmatched,
        19,
        20,
        "r" + functions,
        "host",
        2,
        16);
  }
}
