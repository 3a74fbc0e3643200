package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fixtures that take a real engine: run in V8, suspended at every call of an import in turn and at
 * all of them, and with many suspended stacks at once. Needs {@code node} on the PATH, or {@code
 * -Dbysync.node=FILE}; a fixture that it is too old for skips itself.
 */
final class V8FixturesTest {
  private final Path folder;

  V8FixturesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static List<String> fixtures() {
    return Resources.names("v8");
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void fixtureBehavesTheSameSuspended(String name) throws Exception {
    byte[] original = Pairs.assemble(Resources.read("v8/" + name));
    run(original, Asyncify.transform(original, AsyncifyOptions.defaults()));
    run(original, Asyncify.transform(original, AsyncifyOptions.defaults().withSplitAbove(0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "references-live.wat",
        "references-loop.wat",
        "exceptions-live.wat",
        "v8/extern-references.wat",
        "v8/gc-references.wat",
        "v8/non-null-locals.wat",
        "v8/tail-references.wat",
        "v8/typed-functions.wat"
      })
  void manyStacksHoldReferencesAndEndInAnyOrder(String name) throws Exception {
    byte[] original = Pairs.assemble(Resources.read(name));
    for (int splitAbove : new int[] {AsyncifyOptions.defaults().splitAbove(), 0}) {
      byte[] transformed =
          Asyncify.transform(original, AsyncifyOptions.defaults().withSplitAbove(splitAbove))
              .bytes();
      run("interleave.mjs", original, withSideTablesExported(original, transformed));
    }
  }

  private static byte[] withSideTablesExported(byte[] original, byte[] transformed) {
    Module module = Module.read(transformed);
    ModuleWriter writer = new ModuleWriter(module, new BitSet(), List.of());
    for (int i = Module.read(original).tables().size(); i < module.tables().size(); i++) {
      writer.addExport("asyncify_table_" + i, ExternKind.TABLE, i);
    }
    return writer.write(null);
  }

  private void run(byte[] original, Transformed transformed) throws Exception {
    run("suspend.mjs", original, transformed.bytes());
  }

  private void run(String scriptName, byte[] original, byte[] transformed) throws Exception {
    Pairs.assertValid(transformed);
    Path before = Files.write(folder.resolve("original.wasm"), original);
    Path after = Files.write(folder.resolve("transformed.wasm"), transformed);
    String output = Node.run(folder, scriptName, before, after);
    assumeFalse(output.startsWith("skipped"), output);
    assertThat(output).startsWith("equal");
  }
}
