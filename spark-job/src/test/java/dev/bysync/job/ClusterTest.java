package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.Verdict;
import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
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
    Path home = folder.resolve("spark-home");
    Files.createDirectories(home.resolve("jars"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            ClusterRun.class.getName(),
            TestBroker.get().bootstrap(),
            scenario.topic,
            scenario.out.toUri().toString(),
            classPath));
    File errors = folder.resolve("cluster.err").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(errors).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    Process process = builder.start();
    String last = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    } finally {
      process.destroyForcibly().waitFor();
    }

    assertThat(last).as(Files.readString(errors.toPath())).isEqualTo("finished");
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
