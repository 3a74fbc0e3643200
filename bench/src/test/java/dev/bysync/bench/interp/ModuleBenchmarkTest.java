package dev.bysync.bench.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

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
        new Runner(
                new OptionsBuilder()
                    .include(ModuleBenchmark.class.getSimpleName())
                    .param("module", file.toString())
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results)
        .hasSize(Engine.values().length)
        .allSatisfy(result -> assertThat(result.getSecondaryResults()).containsKey("instructions"));
  }

  @Test
  void withoutAModuleItSaysWhatIsMissing() {
    assertThatThrownBy(new ModuleBenchmark()::prepare).hasMessageContaining("-p module=FILE");
  }
}
