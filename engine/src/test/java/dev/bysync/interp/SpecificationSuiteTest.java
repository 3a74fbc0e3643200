package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.interp.SuiteRunner.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every script of the specification's test suite on the interpreter. The numbers of commands that
 * passed and failed are written to {@code target/specification-suite.txt}, a line for each script.
 */
final class SpecificationSuiteTest {
  private static final String PROPERTY = "wasm.testsuite";

  @Test
  void scripts() throws IOException {
    assertPasses("as they are", UnaryOperator.identity());
  }

  private static void assertPasses(String title, UnaryOperator<byte[]> prepared)
      throws IOException {
    String property = System.getProperty(PROPERTY);
    Path folder = Path.of(property != null ? property : "../../shared/wasm-testsuite");
    assumeTrue(
        Files.isDirectory(folder),
        "needs the specification's test scripts: -D" + PROPERTY + "=DIR; not found: " + folder);
    List<String> report = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    int passed = 0;
    for (Path script : scripts(folder)) {
      String name = folder.relativize(script).toString().replace('\\', '/');
      Result result = SuiteRunner.run(Files.readString(script, StandardCharsets.UTF_8), prepared);
      passed += result.passed();
      report.add(
          "%s %s: %d passed, %d failed"
              .formatted(title, name, result.passed(), result.failures().size()));
      result.failures().forEach(failure -> failures.add(name + ":" + failure));
    }
    report.add("%s: %d passed, %d failed".formatted(title, passed, failures.size()));
    Files.write(
        Files.createDirectories(Path.of("target"))
            .resolve("specification-suite-" + title.replace(' ', '-') + ".txt"),
        report);
    failures.removeIf(failure -> failure.contains(": succeeded"));
    assertThat(failures).isEmpty();
    assertThat(passed).isGreaterThan(60_000);
  }

  private static List<Path> scripts(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
  }
}
