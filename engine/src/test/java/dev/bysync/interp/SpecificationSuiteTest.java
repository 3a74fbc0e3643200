package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.interp.SuiteRunner.Calls;
import dev.bysync.interp.SuiteRunner.Result;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every script of the specification's test suite on the interpreter. The numbers of commands that
 * passed and failed are written to {@code target/specification-suite.txt}, a line for each script.
 */
final class SpecificationSuiteTest {
  private static final String PROPERTY = "wasm.testsuite";

  /**
   * Commands left out, by script and line. The scripts of the threads proposal are older than 3.0,
   * which allows several memories and tables and calls a size of more than 32 bits invalid, not
   * malformed.
   */
  private static final Set<String> OLDER_THAN_3_0 =
      Set.of(
          "proposals/threads/imports.wast:309",
          "proposals/threads/imports.wast:313",
          "proposals/threads/imports.wast:317",
          "proposals/threads/imports.wast:404",
          "proposals/threads/imports.wast:408",
          "proposals/threads/imports.wast:412",
          "proposals/threads/memory.wast:14",
          "proposals/threads/memory.wast:15",
          "proposals/threads/memory.wast:83",
          "proposals/threads/memory.wast:87",
          "proposals/threads/memory.wast:91");

  @Test
  void scripts() throws IOException {
    assertPasses("as they are", UnaryOperator.identity(), Calls.PLAIN);
  }

  /** Modules are transformed first; nothing suspends, so everything is as it was. */
  @Test
  void transformedScripts() throws IOException {
    assertPasses("transformed", SpecificationSuiteTest::transformed, Calls.PLAIN);
  }

  /**
   * And every call of the host's functions suspends once, through however many instances it goes.
   */
  @Test
  void suspendedScripts() throws IOException {
    Suspensions made =
        assertPasses("suspended", SpecificationSuiteTest::transformedApart, Calls.SUSPENDED);

    assertThat(made.all()).isGreaterThan(500);
    assertThat(made.acrossInstances()).isPositive();
  }

  /** Of several memories that have no usual name, none is chosen: frames get one of their own. */
  private static byte[] transformed(byte[] module) {
    try {
      return Asyncify.transform(module, AsyncifyOptions.defaults()).bytes();
    } catch (WasmException e) {
      if (e.failure() == Failure.UNSUPPORTED) {
        return transformedApart(module);
      }
      throw e;
    }
  }

  /** With frames in a memory of their own, so that what scripts see of memories is theirs. */
  private static byte[] transformedApart(byte[] module) {
    AsyncifyOptions options = AsyncifyOptions.defaults().withMemory(FrameMemory.secondary(1));
    return Asyncify.transform(module, options).bytes();
  }

  /** Suspensions that were made: in all; and those that went through several instances. */
  private record Suspensions(int all, int acrossInstances) {}

  private static Suspensions assertPasses(String title, UnaryOperator<byte[]> prepared, Calls calls)
      throws IOException {
    String property = System.getProperty(PROPERTY);
    Path folder = Path.of(property != null ? property : "../../shared/wasm-testsuite");
    assumeTrue(
        Files.isDirectory(folder),
        "needs the specification's test scripts: -D" + PROPERTY + "=DIR; not found: " + folder);
    List<String> report = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    int passed = 0;
    int suspensions = 0;
    int acrossInstances = 0;
    int inStart = 0;
    for (Path script : scripts(folder)) {
      String name = folder.relativize(script).toString().replace('\\', '/');
      Result result =
          SuiteRunner.run(Files.readString(script, StandardCharsets.UTF_8), prepared, calls);
      suspensions += result.suspensions();
      acrossInstances += result.acrossInstances();
      inStart += result.inStart();
      passed += result.passed();
      report.add(
          "%s %s: %d passed, %d failed"
              .formatted(title, name, result.passed(), result.failures().size()));
      for (String failure : result.failures()) {
        String line = name + ":" + failure.substring(0, failure.indexOf(':'));
        if (!OLDER_THAN_3_0.contains(line)) {
          failures.add(name + ":" + failure);
        }
      }
    }
    report.add(
        "%s: %d passed, %d failed; %d suspensions, %d of them through several instances; %d calls in start functions"
            .formatted(title, passed, failures.size(), suspensions, acrossInstances, inStart));
    Files.write(
        Files.createDirectories(Path.of("target"))
            .resolve("specification-suite-" + title.replace(' ', '-') + ".txt"),
        report);
    assertThat(failures).isEmpty();
    assertThat(passed).isGreaterThan(60_000);
    return new Suspensions(suspensions, acrossInstances);
  }

  private static List<Path> scripts(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
  }
}
