package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.transform.Budgets;
import dev.bysync.verify.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that harm the engine get verdicts, and JVMs of their own keep to what there is. */
class IsolationTest {
  @TempDir Path folder;

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
  void childrenShareTheHeapOfAllSlots() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    String heap = scenario.submit("heap");

    scenario.run(
        scenario.config("r1").budgets(new Budgets(Budgets.Isolation.ALL, 600, 32L << 20, 0)));

    long ofAChild = Long.parseLong(reason(scenario.table().modules(), heap));
    int slots = TestSpark.get().sparkContext().defaultParallelism();
    assertThat(slots).isEqualTo(2);
    assertThat(slots * ofAChild).isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() + (4L << 20));
  }

  private static String reason(List<ModuleRow> rows, String sha256) {
    return rows.stream()
        .filter(row -> row.sha256().equals(sha256))
        .map(ModuleRow::reason)
        .findFirst()
        .orElseThrow();
  }
}
