package dev.bysync.cli.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.cli.Modules;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.run.IngestFlow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bysync ingest} against the embedded broker. */
class IngestFlowTest {
  @TempDir Path temp;

  @Test
  void leavesNoTemporaryFolderUnlessItsLogIsNeeded() throws Exception {
    Modules.write(temp.resolve("modules"), "a.wasm", Modules.calling(1));
    assertThat(ingest(SharedBroker.bootstrap())).isEqualTo(ExitCode.DONE);
    assertThat(temporaryFolders()).isEmpty();
    assertThatThrownBy(() -> ingest("127.0.0.1:1"))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("The log says more: ");
    List<Path> kept = temporaryFolders();
    assertThat(kept).hasSize(1);
    Files.delete(kept.get(0));
  }

  private ExitCode ingest(String bootstrap) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return IngestFlow.run(
        List.of(temp.resolve("modules").toString()),
        List.of(
            "--kafka",
            bootstrap,
            "--topic",
            "modules-" + UUID.randomUUID(),
            "--out",
            temp.resolve("out").toString()),
        "",
        IngestFlow.Known.PASSED_OVER,
        nowhere,
        nowhere);
  }

  /** Those of this process. */
  private static List<Path> temporaryFolders() throws IOException {
    String ours = "bysync-ingest-" + ProcessHandle.current().pid() + "-*";
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), ours)) {
      found.forEach(folders::add);
    }
    return folders;
  }
}
