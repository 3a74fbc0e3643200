package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.verify.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job as a whole, against a real broker. */
class BysyncJobTest {
  @TempDir Path folder;

  @Test
  void processesInlineAndStoredModules() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String inline = scenario.submit("plain inline");
    String stored = scenario.submitStored("stored", "stored");
    String rejected = scenario.submit("reject this");

    RunSummary summary = scenario.run("r1");

    assertThat(summary.processed()).isEqualTo(3);
    assertThat(summary.verdicts())
        .containsEntry(Verdict.VERIFIED, 1L)
        .containsEntry(Verdict.UNEXERCISED, 1L)
        .containsEntry(Verdict.REJECTED, 1L)
        .containsEntry(Verdict.ERROR, 0L);
    assertThat(scenario.table().modules())
        .extracting(ModuleRow::sha256, ModuleRow::verdict, ModuleRow::reason)
        .containsExactlyInAnyOrder(
            tuple(inline, Verdict.UNEXERCISED, ""),
            tuple(stored, Verdict.VERIFIED, ""),
            tuple(rejected, Verdict.REJECTED, "not wasm at offset 0"));
    assertThat(scenario.binary(inline))
        .hasBinaryContent("plain inline\0\0\0\0".getBytes(StandardCharsets.UTF_8));
    assertThat(scenario.binary(rejected)).doesNotExist();
    assertThat(
            Files.readString(
                scenario.out.resolve("runs/r1/manifest-" + scenario.profile() + ".json")))
        .contains("\"DONE\"");
  }

  @Test
  void usesTheEngine() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String empty = scenario.submit("\0asm\1\0\0\0");
    String text = scenario.submit("no module");

    BysyncJob.run(TestSpark.get(), scenario.config("r1").build(), JobListener.NONE);

    List<ModuleRow> rows = scenario.table().modules();
    assertThat(rows)
        .filteredOn(row -> row.verdict() == Verdict.REJECTED)
        .extracting(ModuleRow::sha256)
        .contains(text);
    assertThat(rows).extracting(ModuleRow::sha256).containsExactlyInAnyOrder(empty, text);
    assertThat(rows).noneMatch(row -> row.verdict() == Verdict.ERROR);
  }

  @Test
  void doesNothingTwice() throws Exception {
    Scenario scenario = new Scenario(folder, 3);
    scenario.submit("one");
    scenario.submit("two");
    assertThat(scenario.run("r1").processed()).isEqualTo(2);
    assertThat(scenario.run("r2").processed()).isZero();
    scenario.submit("three");
    int before = FakeEngine.PROCESSED.get();

    RunSummary third = scenario.run("r3");

    assertThat(third.processed()).isEqualTo(1);
    assertThat(FakeEngine.PROCESSED.get() - before).isEqualTo(1);
    assertThat(scenario.table().modules()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void skipsWhatTheTableHasWhenTheTopicIsReadAgain() throws Exception {
    Scenario scenario = new Scenario(folder, 2);
    scenario.submit("one");
    scenario.submit("two");
    scenario.submitRaw(new byte[] {1, 2, 3});
    scenario.run("r1");
    JobConfig again =
        scenario.config("r2").checkpoints(folder.resolve("other-checkpoints").toUri()).build();
    int before = FakeEngine.PROCESSED.get();

    RunSummary summary = BysyncJob.run(TestSpark.get(), again, JobListener.NONE, new FakeEngine());

    assertThat(summary.processed()).isZero();
    assertThat(summary.skipped()).isEqualTo(2);
    assertThat(FakeEngine.PROCESSED.get()).isEqualTo(before);
    assertThat(scenario.table().modules()).hasSize(2);
    assertThat(scenario.table().provenance()).hasSize(2);
    assertThat(scenario.table().deadLetters()).hasSize(1);
  }

  @Test
  void keepsEverySourceOfAModule() throws Exception {
    Scenario scenario = new Scenario(folder, 4);
    String sha256 = scenario.submit("shared");
    scenario.submitSource("shared", "a.jar!/x");
    scenario.submitSource("shared", "a.jar!/x");
    scenario.run("r1");
    scenario.submitSource("shared", "b.jar!/y");
    RunSummary second = scenario.run("r2");

    assertThat(second.skipped()).isEqualTo(1);
    assertThat(scenario.table().modules()).hasSize(1);
    assertThat(scenario.table().provenance())
        .extracting(ProvenanceRow::sha256, ProvenanceRow::path)
        .containsExactlyInAnyOrder(
            tuple(sha256, "shared"), tuple(sha256, "a.jar!/x"), tuple(sha256, "b.jar!/y"));
  }

  @Test
  void putsUndecodableRecordsAsideAndGoesOn() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submitRaw("not avro".getBytes(StandardCharsets.UTF_8));
    scenario.submit("good");
    scenario.submitSource("never published", "lost");

    RunSummary summary = scenario.run("r1");

    assertThat(summary.deadLetters()).isEqualTo(2);
    assertThat(summary.processed()).isEqualTo(1);
    List<DeadLetterRow> rows = scenario.table().deadLetters();
    assertThat(rows).extracting(DeadLetterRow::offset).containsExactlyInAnyOrder(0L, 2L);
    assertThat(rows).anyMatch(row -> row.reason().contains("publish the module again"));
    assertThat(DeadLetters.read(scenario.topic + ".dead-letters")).hasSize(2);

    scenario.submit("never published");
    assertThat(scenario.run("r2").processed()).isEqualTo(1);
  }

  @Test
  void givesBadPayloadsARowWithTheReason() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String missing = scenario.submitStored("missing", null);
    String truncated = scenario.submitStored("truncated", "trunc");
    String longer = scenario.submitStored("longer", "longer than that");
    String other = scenario.submitStored("abc", "abd");
    String web = scenario.submit("web", "web", "http://localhost:1/web");
    String good = scenario.submit("good");

    scenario.run("r1");

    List<ModuleRow> rows = scenario.table().modules();
    assertThat(rows).hasSize(6);
    assertThat(reason(rows, missing)).contains("missing");
    assertThat(reason(rows, truncated)).contains("has 5 bytes, its event says 9");
    assertThat(reason(rows, longer)).contains("larger than the 6 bytes");
    assertThat(reason(rows, other)).contains("SHA-256");
    assertThat(reason(rows, web)).contains("not read from");
    assertThat(rows)
        .filteredOn(row -> row.verdict() == Verdict.REJECTED)
        .hasSize(5)
        .noneMatch(row -> row.sha256().equals(good));
  }

  @Test
  void survivesPoison() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String thrown = scenario.submit("throw");
    String overflow = scenario.submit("overflow");
    String memory = scenario.submit("memory");
    scenario.submit("good");

    RunSummary summary = scenario.run("r1");

    assertThat(summary.verdicts())
        .containsEntry(Verdict.ERROR, 3L)
        .containsEntry(Verdict.VERIFIED, 1L);
    List<ModuleRow> rows = scenario.table().modules();
    assertThat(reason(rows, thrown)).contains("IllegalStateException: poison");
    assertThat(reason(rows, overflow)).contains("StackOverflowError");
    assertThat(reason(rows, memory)).contains("OutOfMemoryError");
  }

  @Test
  void readsManyPartitionsInManyBatches() throws Exception {
    Scenario scenario = new Scenario(folder, 7);
    for (int i = 0; i < 40; i++) {
      scenario.submit("module " + i);
    }
    Recorder recorder = new Recorder();

    RunSummary summary =
        BysyncJob.run(
            TestSpark.get(),
            scenario.config("r1").batchEvents(15).build(),
            recorder,
            new FakeEngine());

    assertThat(summary.processed()).isEqualTo(40);
    assertThat(scenario.table().modules()).hasSize(40);
    assertThat(recorder.done).hasSize(40).doesNotHaveDuplicates();
    assertThat(recorder.total).isEqualTo(40);
    assertThat(recorder.batches).hasSizeGreaterThan(1);
    assertThat(recorder.committed).isEqualTo(40);
  }

  @Test
  void readsTheTopicAgainForAnotherProfile() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submit("one");
    scenario.run("r1");
    ProcessOptions defaults = ProcessOptions.defaults();
    ProcessOptions other =
        new ProcessOptions(defaults.asyncify(), defaults.seed() + 1, defaults.fuel());

    RunSummary summary =
        BysyncJob.run(
            TestSpark.get(),
            scenario.config("r2").process(other).build(),
            JobListener.NONE,
            new FakeEngine());

    assertThat(summary.processed()).isEqualTo(1);
    assertThat(MetricsTable.read(new Configuration(), scenario.out.toUri(), other.profile()))
        .hasSize(1);
    assertThat(scenario.table().modules()).hasSize(1);
  }

  @Test
  void startsAgainWhenTheTableWasDeleted() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submit("one");
    JobConfig config = scenario.config("r1").checkpoints(folder.resolve("kept").toUri()).build();
    BysyncJob.run(TestSpark.get(), config, JobListener.NONE, new FakeEngine());
    Files.move(scenario.out, folder.resolve("away"));

    RunSummary summary = BysyncJob.run(TestSpark.get(), config, JobListener.NONE, new FakeEngine());

    assertThat(summary.processed()).isEqualTo(1);
  }

  @Test
  void failsClearlyWhenTheStoreFailsAndCompletesLater() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submit("one");
    scenario.submit("reject");
    Files.createDirectories(scenario.out);
    Path blocked = Files.createFile(scenario.out.resolve("transformed"));

    assertThatThrownBy(() -> scenario.run("r1"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("the store")
        .hasMessageContaining("then run again");
    assertThat(scenario.table().modules()).isEmpty();
    assertThat(
            Files.readString(
                scenario.out.resolve("runs/r1/manifest-" + scenario.profile() + ".json")))
        .contains("\"FAILED\"");

    Files.delete(blocked);
    assertThat(scenario.run("r2").processed()).isEqualTo(2);
    assertThat(scenario.table().modules()).hasSize(2);
  }

  @Test
  void refusesToMixTwoBuildsOfTheEngine() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String sha256 = scenario.submit("one");
    Files.createDirectories(scenario.binary(sha256).getParent());
    Files.writeString(scenario.binary(sha256), "of another build");

    scenario.run("r1");

    assertThat(scenario.table().modules())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.verdict()).isEqualTo(Verdict.ERROR);
              assertThat(row.reason()).contains("another binary");
            });
  }

  @Test
  void saysWhatToDoWithoutBrokerOrTopic() {
    JobConfig.Builder config =
        JobConfig.builder().out(folder.toUri()).runId("r").topic("no-such-topic");
    assertThatThrownBy(
            () ->
                BysyncJob.run(
                    TestSpark.get(),
                    config.bootstrap(TestBroker.get().bootstrap()).build(),
                    JobListener.NONE))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("no-such-topic")
        .hasMessageContaining("ingest");
    assertThatThrownBy(
            () ->
                BysyncJob.run(
                    TestSpark.get(),
                    config.bootstrap("no-such-host.invalid:9092").build(),
                    JobListener.NONE))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("no-such-host.invalid:9092")
        .hasMessageContaining("--kafka");
  }

  private static String reason(List<ModuleRow> rows, String sha256) {
    return rows.stream()
        .filter(row -> row.sha256().equals(sha256))
        .map(ModuleRow::reason)
        .findFirst()
        .orElseThrow();
  }

  private static final class Recorder implements JobListener {
    final List<String> done = new ArrayList<>();
    final List<Long> batches = new ArrayList<>();
    long total;
    long committed;

    @Override
    public void started(long totalModules, long totalBytes) {
      total = totalModules;
    }

    @Override
    public void moduleDone(String sha256, Verdict verdict, long bytes) {
      done.add(sha256);
    }

    @Override
    public void batchCommitted(long batch, long modules) {
      batches.add(batch);
      committed += modules;
    }
  }
}
