package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Debian's version once failed tests that were written against another. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs here are shell scripts")
class WasmOptTest {
  @TempDir Path dir;

  @Test
  void onlyAKnownVersionIsTaken() throws Exception {
    String debian = program("debian", "wasm-opt version 108 (version_108)");
    String other = program("other", "wasm-opt version 1320");
    String known = program("known", "wasm-opt version 132 (version_132)");
    String none = dir.resolve("none").toString();

    assertThat(find(none).missing()).contains("it is not there").contains("132");
    assertThat(find(debian, other).missing()).contains("version 108").contains("version 1320");
    assertThat(find(debian, none, "", known).program()).startsWith(known);
    assertThat(find(debian, known).missing()).isEmpty();
  }

  private static WasmOpt find(String... folders) throws IOException, InterruptedException {
    return WasmOpt.find(String.join(File.pathSeparator, folders));
  }

  private String program(String folder, String version) throws IOException {
    Path program = Files.createDirectories(dir.resolve(folder)).resolve("wasm-opt");
    Files.writeString(program, "#!/bin/sh\necho '%s'\n".formatted(version));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return dir.resolve(folder).toString();
  }
}
