package dev.bysync.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shell scripts that stand for commands. */
final class ScriptFile {
  private ScriptFile() {}

  /** Writes a script, or skips the test where there is no shell. */
  static Path write(Path folder, String name, String text) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
