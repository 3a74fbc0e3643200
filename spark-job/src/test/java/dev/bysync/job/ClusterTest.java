package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.Verdict;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors in JVMs of their own: what can't be serialised or is not on their class path shows
 * here, and a module that takes its executor down gets a verdict.
 */
class ClusterTest {
  @TempDir Path folder;

  @Test
  void runsOnExecutorsAndOutlivesTheirDeath() throws Exception {
    Scenario scenario = new Scenario(folder, 2);
    String halting = scenario.submit("halt");
    for (int i = 0; i < 6; i++) {
      scenario.submit("module " + i);
    }
    ChildJvm children = new ChildJvm(folder);
    Process process =
        children.start(
            "cluster",
            List.of(),
            ClusterRun.class.getName(),
            "local-cluster[2,1,512]",
            TestBroker.get().bootstrap(),
            scenario.topic,
            scenario.out.toUri().toString());
    String last = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    } finally {
      process.destroyForcibly().waitFor();
    }

    assertThat(last).as(children.errors("cluster")).isEqualTo("finished");
    List<ModuleRow> rows = scenario.table().modules();
    assertThat(rows).hasSize(7);
    assertThat(rows)
        .filteredOn(row -> row.verdict() == Verdict.ERROR)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.sha256()).isEqualTo(halting);
              assertThat(row.reason()).contains("died twice, at last with exit code 13");
            });
  }
}
