package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
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
    assertThat(scenario.runs())
        .extracting(RunManifest::state)
        .containsExactly(RunManifest.State.DONE);
  }

  @Test
  void usesTheEngine() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String empty = scenario.submit("\0asm\1\0\0\0");
    String text = scenario.submit("no module");

    BysyncJob.run(
        TestSpark.get(), scenario.config("r1").build(), JobListener.NONE, new StopSignal());

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
    int before = FakeEngine.PROCESSED.get();

    RunSummary summary =
        scenario.run(scenario.config("r2").reading(Reading.defaults().from(Reading.From.EARLIEST)));

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

  /** Each of these once ended the run, and every further one. */
  @Test
  void noAddressOfAPayloadStopsTheTopic() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    for (String address :
        List.of(
            "file:///etc",
            "file:///etc/shadow",
            "file:///%00",
            "abfss:x",
            "abfss://container@account/x",
            "gs://bucket/x",
            "hdfs://host/x")) {
      scenario.submit(address, address, address);
    }
    String good = scenario.submit("good");

    scenario.run("r1");

    List<ModuleRow> rows = scenario.table().modules();
    assertThat(rows).hasSize(8);
    assertThat(rows)
        .filteredOn(row -> !row.sha256().equals(good))
        .allSatisfy(row -> assertThat(row.reason()).startsWith("payloads are not read from"));
    assertThat(verdict(scenario, good)).isEqualTo(Verdict.VERIFIED);
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
            new StopSignal(),
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

    RunSummary summary = scenario.run(scenario.config("r2").process(other));

    assertThat(summary.processed()).isEqualTo(1);
    assertThat(MetricsTable.read(new Configuration(), scenario.out.toUri(), other.profile()))
        .hasSize(1);
    assertThat(scenario.table().modules()).hasSize(1);
  }

  @Test
  void startsAgainWhenTheTableWasDeleted() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submit("one");
    scenario.run("r1");
    Files.move(scenario.out, folder.resolve("away"));

    RunSummary summary = scenario.run("r2");

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
    assertThat(scenario.runs())
        .extracting(RunManifest::state)
        .containsExactly(RunManifest.State.FAILED);

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
                    JobListener.NONE,
                    new StopSignal()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("no-such-topic")
        .hasMessageContaining("ingest");
    assertThatThrownBy(
            () ->
                BysyncJob.run(
                    TestSpark.get(),
                    config.bootstrap("no-such-host.invalid:9092").build(),
                    JobListener.NONE,
                    new StopSignal()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("no-such-host.invalid:9092")
        .hasMessageContaining("--kafka");
  }

  @Test
  void aForcedRunDoesEverythingAgainOnce() throws Exception {
    Scenario scenario = new Scenario(folder, 2);
    String one = scenario.submit("one");
    scenario.submit("two");
    scenario.run("r1");
    Files.writeString(scenario.binary(one), "damaged");

    RunSummary forced = scenario.run(scenario.config("r2").reading(Reading.defaults().force()));

    assertThat(forced.processed()).isEqualTo(2);
    assertThat(scenario.table().modules()).extracting(ModuleRow::runId).containsOnly("r2");
    assertThat(scenario.table().modules()).hasSize(2);
    assertThat(scenario.binary(one))
        .hasBinaryContent("one\0\0\0\0".getBytes(StandardCharsets.UTF_8));
    RunSummary continued = scenario.run(scenario.config("r2").reading(Reading.defaults().force()));
    assertThat(continued.processed()).isZero();
  }

  /** Whichever of them is faster: each module has one row, and both runs come to their end. */
  @Test
  void twoRunsAtTheSameTimeShareTopicAndTable() throws Exception {
    Scenario scenario = new Scenario(folder, 3);
    for (int i = 0; i < 30; i++) {
      scenario.submit("module " + i);
    }
    scenario.submitRaw(new byte[] {7});
    ExecutorService threads = Executors.newFixedThreadPool(2);
    long processed = 0;
    try {
      List<Callable<RunSummary>> runs = new ArrayList<>();
      for (String run : List.of("r1", "r2")) {
        runs.add(() -> scenario.run(scenario.config(run).batchEvents(7)));
      }
      for (Future<RunSummary> run : threads.invokeAll(runs)) {
        processed += run.get().processed();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(processed).isEqualTo(30);
    assertThat(scenario.table().modules()).hasSize(30);
    assertThat(scenario.table().provenance()).hasSize(30);
    assertThat(scenario.table().deadLetters()).hasSize(1);
    List<RunManifest> runs = scenario.runs();
    assertThat(runs)
        .extracting(RunManifest::runId, RunManifest::state)
        .containsExactlyInAnyOrder(
            tuple("r1", RunManifest.State.DONE), tuple("r2", RunManifest.State.DONE));
    assertThat(runs.stream().mapToLong(run -> run.counts().processed()).sum()).isEqualTo(30);
    assertThat(runs.get(0).settings()).containsKeys("engine", "strategy", "options", "seed");
    assertThat(runs.get(0).origin().application()).startsWith("local-");
  }

  @Test
  void modulesKnownFromAnotherTopicAreSkippedAndCounted() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submit("one");
    scenario.run("r1");
    Scenario other = new Scenario(folder, 1);
    other.submit("one");
    other.submitSource("one", "elsewhere");
    other.submit("two");

    RunSummary summary = other.run("r2");

    assertThat(summary.processed()).isEqualTo(1);
    assertThat(summary.skipped()).isEqualTo(1);
    assertThat(scenario.table().modules()).hasSize(2);
  }

  /** Who can write to the topic can't make a module unknown to others by a wrong payload. */
  @Test
  void aBadPayloadDoesNotStandInTheWayOfAGoodOne() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String early = scenario.submitStored("early", null);
    String late = scenario.submitStored("late", null);
    scenario.submit("early");
    scenario.run("r1");
    assertThat(verdict(scenario, early)).isEqualTo(Verdict.VERIFIED);
    assertThat(verdict(scenario, late)).isEqualTo(Verdict.REJECTED);
    scenario.submit("late");

    scenario.run("r2");

    assertThat(verdict(scenario, late)).isEqualTo(Verdict.VERIFIED);
    assertThat(scenario.table().modules()).hasSize(2);
  }

  @Test
  void tellsPrometheusAndTheJsonLog() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String sha256 = scenario.submit("one");
    scenario.submit("reject");
    scenario.submitRaw(new byte[] {7});
    Path log = folder.resolve("logs/run.jsonl");
    int port = TestBroker.freePort();
    List<String> scraped = new ArrayList<>();
    JobListener scraper =
        new JobListener() {
          @Override
          public void batchCommitted(long batch, long modules) {
            scraped.add(scrape(port));
          }
        };

    BysyncJob.run(
        TestSpark.get(),
        scenario
            .config("r1")
            .kafka(Map.of("ssl.truststore.password", "planted"))
            .telemetry(new Telemetry("127.0.0.1:" + port, log.toString()))
            .build(),
        scraper,
        new StopSignal(),
        new FakeEngine());

    assertThat(scraped).hasSize(1);
    assertThat(scraped.get(0))
        .contains("bysync_modules_total{verdict=\"VERIFIED\"} 1.0")
        .contains("bysync_modules_total{verdict=\"REJECTED\"} 1.0")
        .contains("bysync_module_bytes_total 9.0")
        .contains("bysync_dead_letters_total 1.0")
        .contains("bysync_lag_events 0.0")
        .contains("bysync_modules_committed_total 2.0")
        .contains("bysync_modules_skipped_total 0.0")
        .containsPattern("bysync_last_commit_timestamp_seconds [1-9]")
        .contains("bysync_batch_duration_seconds_count 1")
        .contains("bysync_module_duration_seconds_count{phase=\"transform\"} 2")
        .contains("bysync_module_duration_seconds_count{phase=\"verify\"} 2")
        .contains("run=\"r1\"")
        .doesNotContain("planted");
    assertThat(log).content().doesNotContain("planted");
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines)
        .extracting(line -> line.get("event").asText())
        .containsExactly("start", "module", "module", "batch", "end");
    assertThat(lines).allMatch(line -> line.get("run").asText().equals("r1"));
    assertThat(lines).anyMatch(line -> sha256.equals(line.path("module").asText()));
    assertThat(lines.get(4).get("state").asText()).isEqualTo("DONE");
  }

  @Test
  void stopsBetweenTwoBatchesAndIsContinued() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    for (int i = 0; i < 12; i++) {
      scenario.submit("module " + i);
    }
    StopSignal stop = new StopSignal();
    JobListener stopper =
        new JobListener() {
          @Override
          public void batchCommitted(long batch, long modules) {
            stop.request();
          }
        };
    JobConfig config =
        scenario
            .config("r1")
            .batchEvents(4)
            .reading(Reading.defaults().until(Reading.Until.STOPPED))
            .build();

    RunSummary first = BysyncJob.run(TestSpark.get(), config, stopper, stop, new FakeEngine());

    assertThat(first.processed()).isEqualTo(4);
    assertThat(scenario.runs())
        .extracting(RunManifest::state)
        .containsExactly(RunManifest.State.STOPPED);
    assertThat(scenario.run("r2").processed()).isEqualTo(8);
  }

  private static String scrape(int port) {
    try (InputStream in =
        URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Verdict verdict(Scenario scenario, String sha256) throws IOException {
    return scenario.table().modules().stream()
        .filter(row -> row.sha256().equals(sha256))
        .map(ModuleRow::verdict)
        .findFirst()
        .orElseThrow();
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
