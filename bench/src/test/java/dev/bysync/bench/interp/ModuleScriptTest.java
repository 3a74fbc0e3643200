package dev.bysync.bench.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.bench.interp.ModuleScript.Call;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.wasm.text.WatReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ModuleScriptTest {
  private static final byte[] MODULE =
      WatReader.assemble(
          """
          (module
            (func (export "ends") (param i32 i64) (result i32) (local.get 0))
            (func (export "traps") unreachable)
            (func (export "never") (loop (br 0))))
          """);

  @Test
  void whatDoesNotEndIsLeftOut() throws LoadException {
    ModuleScript script = ModuleScript.of(MODULE, 50_000_000);

    assertThat(script.sessions().stream().flatMap(List::stream).map(Call::export))
        .contains("ends", "traps")
        .doesNotContain("never");
    assertThat(script.instructions()).isPositive();
  }

  @Test
  void allInterpretersEndTheSame() throws LoadException {
    ModuleScript script = ModuleScript.of(MODULE, 50_000_000);

    assertThat(List.of(Engine.values()))
        .extracting(engine -> script.run(engine.machines().load(MODULE)).hash())
        .containsOnly(script.run(Engine.BYSYNC.machines().load(MODULE)).hash());
  }

  @Test
  void scriptsAreHandedToProcesses() throws IOException, LoadException {
    ModuleScript script = ModuleScript.of(MODULE, 50_000_000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    script.write(new DataOutputStream(out));

    ModuleScript read =
        ModuleScript.read(new DataInputStream(new ByteArrayInputStream(out.toByteArray())));

    assertThat(read).usingRecursiveComparison().isEqualTo(script);
  }

  @Test
  void modulesAreComparedInProcessesOfTheirOwn(@TempDir Path folder) throws IOException {
    Path module = Files.write(folder.resolve("module.wasm"), MODULE);

    int exit =
        new CommandLine(new Interpreters())
            .execute("--no-kernels", "--rounds", "1", "--instructions", "1000", module.toString());

    assertThat(exit).isZero();
  }
}
