package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.transform.PayloadRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed with SIGKILL at random points, each time started again, leaves the same
 * table and the same binaries as an unbroken one.
 */
class KillRerunTest {
  static final int BATCH_EVENTS = 8;
  private static final int KILLS = 2;

  @TempDir Path folder;

  @Test
  void leavesTheSameAsAnUnbrokenRun() throws Exception {
    Scenario scenario = new Scenario(folder, 3);
    for (int i = 0; i < 24; i++) {
      scenario.submit("module " + i);
      scenario.submitSource("module " + i, "again " + i);
    }
    scenario.submit("reject");
    scenario.submit("throw");
    scenario.submitStored("missing", null);
    scenario.submitStored("stored", "stored");
    scenario.submitRaw(new byte[] {9, 9, 9});
    URI unbroken = folder.resolve("unbroken").toUri();
    RunSummary whole =
        scenario.run(
            scenario
                .config("whole")
                .out(unbroken)
                .payloads(
                    new PayloadRules(
                        List.of(scenario.out.resolve("modules").toUri().toString()), 300))
                .batchEvents(BATCH_EVENTS));
    assertThat(whole.processed()).isEqualTo(28);

    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> killedAt = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      killedAt.add(runAndKill(scenario, "killed-" + kill, 1 + random.nextInt(8)));
    }
    scenario.run(scenario.config("last").batchEvents(BATCH_EVENTS));

    String described = "seed %d, killed at %s".formatted(seed, killedAt);
    assertThat(contents(scenario.out.toUri(), scenario.profile()))
        .as(described)
        .isEqualTo(contents(unbroken, scenario.profile()));
    assertThat(binaries(scenario.out)).as(described).isEqualTo(binaries(Path.of(unbroken)));
  }

  /** Kills a run after so many lines of progress, or lets it end if it has fewer left to tell. */
  private String runAndKill(Scenario scenario, String runId, int lines) throws Exception {
    ChildJvm children = new ChildJvm(folder);
    Process process =
        children.start(
            runId,
            List.of("-XX:TieredStopAtLevel=1"),
            KilledRun.class.getName(),
            TestBroker.get().bootstrap(),
            scenario.topic,
            scenario.out.toUri().toString(),
            runId);
    String last = "nothing";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < lines; i++) {
        String line = out.readLine();
        if (line == null) {
          assertThat(last).as(children.errors(runId)).isEqualTo("finished");
          return last;
        }
        last = line;
      }
      process.destroyForcibly();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return last;
  }

  private static List<Object> contents(URI out, String profile) throws IOException {
    MetricsTable table = MetricsTable.open(new Configuration(), out, profile);
    List<ModuleRow> modules =
        table.modules().stream()
            .map(ModuleRow::deterministic)
            .sorted(Comparator.comparing(ModuleRow::sha256))
            .toList();
    List<ProvenanceRow> provenance =
        table.provenance().stream().sorted(Comparator.comparing(ProvenanceRow::id)).toList();
    List<DeadLetterRow> deadLetters =
        table.deadLetters().stream().sorted(Comparator.comparing(DeadLetterRow::key)).toList();
    assertThat(modules).hasSize(28);
    assertThat(provenance).hasSize(52);
    assertThat(deadLetters).hasSize(1);
    return List.of(modules, provenance, deadLetters);
  }

  private static Map<String, String> binaries(Path out) throws IOException {
    Path root = out.resolve("transformed");
    Map<String, String> binaries = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        binaries.put(
            root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return binaries;
  }
}
