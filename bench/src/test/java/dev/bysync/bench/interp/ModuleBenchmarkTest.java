package dev.bysync.bench.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.bench.jmh.OneRun;
import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

final class ModuleBenchmarkTest {
  @TempDir Path folder;

  @Test
  void theCallsOfAModuleRunInEachInterpreter() throws IOException, RunnerException {
    byte[] module =
        WatReader.assemble(
            """
            (module
              (func (export "sum") (result i32) (local i32 i32)
                (loop
                  (local.set 1 (i32.add (local.get 1) (local.get 0)))
                  (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1)))
                                   (i32.const 1000))))
                (local.get 1)))
            """);
    Path file = Files.write(folder.resolve("module.wasm"), module);
    Collection<RunResult> results =
        OneRun.of(ModuleBenchmark.class).with("module", file.toString()).results();

    assertThat(results)
        .hasSize(Engine.values().length)
        .allSatisfy(result -> assertThat(result.getSecondaryResults()).containsKey("instructions"));
  }

  @Test
  void withoutAModuleItSaysWhatIsMissing() {
    assertThatThrownBy(new ModuleBenchmark()::prepare).hasMessageContaining("-p module=FILE");
  }
}
