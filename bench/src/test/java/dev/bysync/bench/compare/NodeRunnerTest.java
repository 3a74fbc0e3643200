package dev.bysync.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What workloads print is read; a shell stands for Node, and modules hold what is to be printed.
 */
final class NodeRunnerTest {
  @TempDir Path folder;

  private NodeTime run(Map<Form, String> prints) throws Exception {
    Path script = ScriptFile.write(folder, "w.mjs", "echo starting\ncat \"$1\"\n");
    Map<Form, Path> modules = new EnumMap<>(Form.class);
    for (Map.Entry<Form, String> print : prints.entrySet()) {
      Path module = folder.resolve(print.getKey() + ".wasm");
      modules.put(print.getKey(), Files.writeString(module, print.getValue() + "\n"));
    }
    NodeRunner runner = new NodeRunner(List.of("/bin/sh"), 3, 2, Duration.ofMinutes(1));
    return runner.run("w", script, modules);
  }

  @Test
  void timesComeFromTheLastLine() throws Exception {
    NodeTime time =
        run(
            Map.of(
                Form.ORIGINAL, "{\"checksum\":\"a\",\"ms\":99,\"cpu\":90,\"cpumin\":20}",
                Form.OURS, "{\"checksum\":\"a\",\"ms\":30}"));

    assertThat(time.ratio(Form.OURS, Form.ORIGINAL)).isEqualTo(1.5);
    assertThat(time.ratio(Form.THEIRS, Form.ORIGINAL)).isNaN();
    assertThat(time.failures()).isEmpty();
  }

  @Test
  void anotherChecksumIsAFailure() throws Exception {
    NodeTime time =
        run(
            Map.of(
                Form.ORIGINAL, "{\"checksum\":\"a\",\"ms\":1}",
                Form.OURS, "{\"checksum\":\"b\",\"ms\":1}"));

    assertThat(time.milliseconds()).containsOnlyKeys(Form.ORIGINAL);
    assertThat(time.failures()).containsOnlyKeys(Form.OURS);
  }

  @Test
  void aLineThatIsNoResultIsAFailure() throws Exception {
    NodeTime time = run(Map.of(Form.ORIGINAL, "RuntimeError: unreachable"));

    assertThat(time.failures().get(Form.ORIGINAL)).contains("RuntimeError: unreachable");
  }

  @Test
  void aFolderListsWorkloadsByTheModulesHash() throws Exception {
    Files.writeString(folder.resolve("workloads.tsv"), "lua\t12ab\tx/glue.wasm\n");
    List<Workload> workloads = Workload.of(folder);

    assertThat(workloads).hasSize(1);
    assertThat(workloads.get(0).script()).hasFileName("lua.mjs");
    assertThat(workloads.get(0).takes("12ab")).isTrue();
    assertThat(workloads.get(0).takes("ffff")).isFalse();
  }

  @Test
  void aScriptTakesAnyModuleAndAMissingPathNone() throws Exception {
    Path script = Files.writeString(folder.resolve("own.mjs"), "");

    assertThat(Workload.of(script).get(0).takes("ffff")).isTrue();
    assertThat(Workload.of(folder.resolve("missing"))).isEmpty();
  }
}
