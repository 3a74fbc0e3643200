package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.job.store.Store;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    ProvenanceRow source =
        new ProvenanceRow("id", "aa", "FILE", "", "", "", "päth", "corpus", 5, "topic", 1, 2);
    DeadLetterRow letter = new DeadLetterRow("topic-id", "topic", 3, 4, "reason", 5);
    writer("r1").commit("q", 0, List.of(module), List.of(source), List.of(letter));

    MetricsTable table = table();
    assertThat(table.modules()).containsExactly(module);
    assertThat(table.provenance()).containsExactly(source);
    assertThat(table.deadLetters()).containsExactly(letter);
    TableWriter next = writer("r2");
    assertThat(next.hasModule("aa")).isTrue();
    assertThat(next.hasSource("id")).isTrue();
    assertThat(next.hasDeadLetter(letter.key())).isTrue();
    assertThat(next.isCommitted("q", 0)).isTrue();
    assertThat(next.isCommitted("q", 1)).isFalse();
    assertThat(next.isCommitted("other", 0)).isFalse();
  }

  @Test
  void commitsEmptyBatches() throws IOException {
    writer("r1").commit("q", 0, List.of(), List.of(), List.of());
    assertThat(writer("r2").isCommitted("q", 0)).isTrue();
    assertThat(table().modules()).isEmpty();
  }

  @Test
  void neverShowsABatchThatDiedBeforeItsCommit() throws IOException {
    TableWriter dying = writer("r1");
    // Every write of the batch works but the last one.
    Path commits = Files.createDirectories(folder.resolve(TABLE)).resolve("commits");
    Files.createFile(commits);
    assertThatThrownBy(() -> dying.commit("q", 0, List.of(module("aa", 1)), List.of(), List.of()))
        .isInstanceOf(IOException.class);
    Files.delete(commits);
    assertThat(folder.resolve(TABLE + "/modules")).isNotEmptyDirectory();
    assertThat(table().modules()).isEmpty();

    TableWriter again = writer("r2");
    assertThat(again.isCommitted("q", 0)).isFalse();
    again.commit("q", 0, List.of(module("aa", 2)), List.of(), List.of());
    assertThat(table().modules()).containsExactly(module("aa", 2));
  }

  @Test
  void refusesTheSecondCommitOfABatch() throws IOException {
    TableWriter first = writer("r1");
    TableWriter second = writer("r2");
    first.commit("q", 0, List.of(module("aa", 1)), List.of(), List.of());
    assertThatThrownBy(() -> second.commit("q", 0, List.of(module("aa", 2)), List.of(), List.of()))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("run again");
    assertThat(table().modules()).containsExactly(module("aa", 1));
  }

  @Test
  void showsARowOnceThatTwoQueriesCommitted() throws IOException {
    TableWriter first = writer("r1");
    TableWriter second = writer("r2");
    first.commit("a", 0, List.of(module("aa", 1)), List.of(), List.of());
    second.commit("b", 0, List.of(module("aa", 2)), List.of(), List.of());
    assertThat(table().modules()).containsExactly(module("aa", 1));
  }

  @Test
  void saysWhichFileIsDamaged() throws IOException {
    writer("r1").commit("q", 0, List.of(module("aa", 1)), List.of(), List.of());
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
    store.replace(commit, "{\"version\": 2, \"files\": ".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::table).isInstanceOf(IOException.class).hasMessageContaining(commit);
  }

  @Test
  void keepsItsIdentity() throws IOException {
    assertThat(writer("r1").tableId()).isEqualTo(writer("r2").tableId()).isNotEmpty();
  }

  private TableWriter writer(String runId) throws IOException {
    return TableWriter.open(store, PROFILE, runId);
  }

  private MetricsTable table() throws IOException {
    return MetricsTable.open(new Configuration(), folder.toUri(), PROFILE);
  }

  private static ModuleRow module(String sha256, int functions) {
    return new ModuleRow(
        sha256,
        PROFILE,
        "external:tool {in} {out}",
        Verdict.MISMATCH,
        "why",
        "bb",
        1,
        2,
        3,
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
        19,
        20,
        "run",
        "host",
        2,
        16);
  }
}
