package dev.bysync.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir Path temp;

  @Test
  void aFileOutputKeepsItsStateInside() {
    URI out = temp.resolve("out").toUri();
    assertThat(StateDirectory.defaultFor(out, Map.of(), temp))
        .isEqualTo(temp.resolve("out/.bysync"));
  }

  @Test
  void anObjectStoreHasItsStateInTheUsersOwn() {
    URI one = URI.create("s3a://bucket/one");
    Path ofOne = StateDirectory.defaultFor(one, Map.of(), temp);
    assertThat(ofOne.getParent()).isEqualTo(temp.resolve(".local/state/bysync"));
    assertThat(StateDirectory.defaultFor(URI.create("s3a://bucket/two"), Map.of(), temp))
        .isNotEqualTo(ofOne);
    Path xdg = temp.resolve("xdg");
    assertThat(StateDirectory.defaultFor(one, Map.of("XDG_STATE_HOME", xdg.toString()), temp))
        .isEqualTo(xdg.resolve("bysync").resolve(ofOne.getFileName()));
  }

  @Test
  void aSecondRunIsToldWhoHasIt() throws IOException {
    try (StateDirectory first = StateDirectory.open(temp.resolve("state"))) {
      assertThatThrownBy(() -> StateDirectory.open(first.path()))
          .isInstanceOfSatisfying(
              CliFailure.class,
              failure -> {
                assertThat(failure.exitCode()).isEqualTo(ExitCode.INFRASTRUCTURE);
                assertThat(failure)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("--state");
              });
    }
    StateDirectory.open(temp.resolve("state")).close();
  }

  @Test
  void aLockLeftBehindHoldsNobodyUp() throws IOException {
    Files.writeString(temp.resolve("lock"), "999999");
    StateDirectory.open(temp).close();
  }

  @Test
  void aPlaceThatIsNoDirectoryIsNamed() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> StateDirectory.open(file.resolve("state")))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining(file.resolve("state") + " can't be written");
  }
}
