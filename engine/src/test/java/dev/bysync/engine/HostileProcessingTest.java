package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every hostile module ends with a verdict, in a JVM of its own whose heap is {@value #HEAP} MiB,
 * and that JVM lives on to the last of them. What it printed is left in {@code
 * target/hostile-modules.txt}.
 */
final class HostileProcessingTest {
  private static final int HEAP = 256;

  @TempDir Path folder;

  @Test
  void everyHostileModuleEndsWithAVerdictInASmallHeap() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP + "m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HostileRun.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    String text = Files.readString(out, StandardCharsets.UTF_8);
    Files.writeString(
        Files.createDirectories(Path.of("target")).resolve("hostile-modules.txt"), text);
    assertThat(ended).as("ended; last words: " + text.strip().lines().reduce((a, b) -> b)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();

    Map<String, String> verdicts = new TreeMap<>();
    text.lines()
        .filter(line -> line.startsWith("| "))
        .map(line -> line.split(" *\\| *", -1))
        .forEach(cells -> verdicts.put(cells[1], cells[2]));
    assertThat(verdicts.keySet()).containsAll(HostileModules.all().keySet());
    assertThat(verdicts).hasSizeGreaterThanOrEqualTo(40);
    // the product of operands and sites is refused long before it fills this heap
    assertThat(verdicts.get(HostileModules.QUADRATIC)).isEqualTo("REJECTED");
    assertThat(text).contains("operands below calls: over 4000000");
    assertThat(verdicts).doesNotContainValue("ERROR");
    assertThat(verdicts.get("truncated everywhere")).isEqualTo("REJECTED");
    assertThat(verdicts.get("host call, then an infinite loop")).isEqualTo("VERIFIED");
  }
}
