package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.RunManifest;
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

/** A run that waits for further events, until the system asks it to end. */
class ContinuousTest {
  @TempDir Path folder;

  @Test
  void takesWhatComesAndEndsCleanlyWithSigterm() throws Exception {
    Scenario scenario = new Scenario(folder, 1);
    scenario.submit("first");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ContinuousRun.class.getName(),
            TestBroker.get().bootstrap(),
            scenario.topic,
            scenario.out.toUri().toString()));
    File errors = folder.resolve("continuous.err").toFile();
    Process process = new ProcessBuilder(command).redirectError(errors).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() == 1) {
          scenario.submit("second");
        } else if (lines.size() == 2) {
          process.toHandle().destroy(); // Process.destroy would close the stream that is being read
        }
      }
      process.waitFor();
    } finally {
      process.destroyForcibly();
    }

    assertThat(lines)
        .as(Files.readString(errors.toPath()))
        .containsExactly("committed 1", "committed 1", "stopped after 2");
    assertThat(process.exitValue()).isZero();
    assertThat(scenario.runs())
        .extracting(RunManifest::state)
        .containsExactly(RunManifest.State.STOPPED);
    assertThat(scenario.table().modules()).hasSize(2);
  }
}
