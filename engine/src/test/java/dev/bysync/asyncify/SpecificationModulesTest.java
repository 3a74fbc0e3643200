package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.verify.frame.FrameCoverage;
import dev.bysync.verify.frame.FrameVerifier;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.text.Script;
import dev.bysync.wasm.text.Script.Claim;
import dev.bysync.wasm.text.WatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every module of the specification's test scripts: good ones are decoded, typed, written again
 * unchanged, and transformed to valid modules, stack switching aside; all others are refused.
 */
final class SpecificationModulesTest {
  private static final String PROPERTY = "wasm.testsuite";

  /** Scripts that are older than 3.0, which allows several memories and tables, and how often. */
  private static final Map<String, Integer> ALLOWED_SINCE =
      Map.of("proposals/threads/imports.wast", 6, "proposals/threads/memory.wast", 2);

  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> accepted = new TreeMap<>();
  private int modules;
  private int transformed;

  @Test
  void modulesOfTheSuite() throws IOException {
    String property = System.getProperty(PROPERTY);
    Path folder = Path.of(property != null ? property : "../../shared/wasm-testsuite");
    assumeTrue(
        Files.isDirectory(folder),
        "needs the specification's test scripts: -D" + PROPERTY + "=DIR; not found: " + folder);
    for (Path script : scripts(folder)) {
      String name = folder.relativize(script).toString().replace('\\', '/');
      String text = Files.readString(script, StandardCharsets.UTF_8);
      for (Script.ModuleText module : Script.modules(text)) {
        byte[] bytes = assemble(module);
        if (bytes.length > 0) {
          check(name, module.line(), module.claim(), bytes);
        }
      }
      for (Script.ModuleBytes module : Script.binaries(text)) {
        check(name, module.line(), module.claim(), module.bytes().array());
      }
    }
    assertThat(frameSuspensions).isPositive();
    assertThat(problems).isEmpty();
    assertThat(accepted).isEqualTo(ALLOWED_SINCE);
    assertThat(modules).isGreaterThan(1000);
    assertThat(transformed).isGreaterThan(1000);
  }

  private static List<Path> scripts(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
  }

  /** The module's bytes; none if its text is malformed, which the assembler's test looks at. */
  private static byte[] assemble(Script.ModuleText module) {
    if (module.text() == null || module.claim() == Claim.MALFORMED) {
      return new byte[0];
    }
    try {
      return Pairs.assemble(module.text());
    } catch (WatException e) {
      return new byte[0];
    }
  }

  private void check(String script, int line, Claim claim, byte[] bytes) {
    modules++;
    String place = script + ":" + line + ": ";
    try {
      boolean good = claim == Claim.GOOD || claim == Claim.OTHER;
      String refusal = refusal(bytes);
      if (good && !refusal.isEmpty()) {
        problems.add(place + "refused: " + refusal);
      } else if (!good && refusal.isEmpty()) {
        accepted.merge(script, 1, Integer::sum);
      }
      if (good) {
        transform(place, bytes);
      }
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      problems.add(place + e + " at " + List.of(e.getStackTrace()).subList(0, 3));
    }
  }

  private static final long FRAME_STEPS = 50_000_000;

  private long frameSuspensions;

  private static String refusal(byte[] bytes) {
    try {
      Module module = Pairs.assertValid(bytes);
      assertThat(new ModuleWriter(module, new BitSet(), List.of()).write(null)).isEqualTo(bytes);
      return "";
    } catch (WasmException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** With several memories, one for frames. */
  private static AsyncifyOptions options(byte[] bytes) {
    AsyncifyOptions options = AsyncifyOptions.defaults();
    return Module.read(bytes).memories().size() > 1
        ? options.withMemory(AsyncifyOptions.FrameMemory.secondary(1))
        : options;
  }

  private void transform(String place, byte[] bytes) {
    Transformed result;
    try {
      result = Asyncify.transformMapped(bytes, options(bytes));
    } catch (WasmException e) {
      boolean stackSwitching = String.valueOf(e.getMessage()).contains("stack switching");
      if (e.failure() != Failure.UNSUPPORTED || !stackSwitching) {
        problems.add(place + "not transformed: " + e.getMessage());
      }
      return;
    }
    transformed++;
    String refusal = refusal(result.bytes());
    if (!refusal.isEmpty()) {
      problems.add(place + "transformed to an invalid module: " + refusal);
      return;
    }
    FrameCoverage frames =
        FrameVerifier.verify(
            Module.read(bytes),
            Module.read(result.bytes()),
            Objects.requireNonNull(result.map()),
            result.sites(),
            stackMemory(result.bytes()),
            1,
            FRAME_STEPS);
    if (frames.difference() != null) {
      problems.add(place + "frames differ: " + frames.difference());
    }
    frameSuspensions += frames.suspensions();
  }

  /** The last one: with several, frames have one of their own. */
  private static int stackMemory(byte[] transformed) {
    return Module.read(transformed).memories().size() - 1;
  }
}
