package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptNotesTest {
  private static final String SHA256 = "ab".repeat(32);

  @TempDir Path folder;

  @Test
  void aNoteOfALivingProcessIsNoSuspicion() throws IOException {
    try (AttemptNotes notes = AttemptNotes.open(folder.toString()).orElseThrow()) {
      notes.begin(SHA256);
      assertThat(files()).isEqualTo(1);
      assertThat(AttemptNotes.suspects(folder.toString())).isEmpty();
    }
    assertThat(files()).isZero();
  }

  @Test
  void whatADeadProcessWasWorkingOnIsSuspectUntilItIsForgotten() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(folder.resolve(dead.pid() + "-note"), SHA256);
    Files.writeString(folder.resolve(dead.pid() + "-ended"), "");
    Files.writeString(folder.resolve("other"), "not ours");

    assertThat(AttemptNotes.suspects(folder.toString())).containsExactly(SHA256);
    AttemptNotes.forget(folder.toString());
    assertThat(AttemptNotes.suspects(folder.toString())).isEmpty();
    assertThat(folder.resolve("other")).exists();
  }

  @Test
  void withoutAFolderNothingIsNoted() {
    assertThat(AttemptNotes.open("")).isEmpty();
    assertThat(AttemptNotes.suspects("")).isEmpty();
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
