package dev.bysync.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.bench.compare.ChildRun.End;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** wasm-opt's results are kept by module, version and arguments; a script stands for it. */
final class PeerTest {
  /** MODULE -o OUT as the last three arguments: copies and notes that it was called. */
  private static final String COPY = "echo x >> \"$0.calls\"\nshift\ncp \"$1\" \"$3\"\n";

  @TempDir Path folder;

  private Path module(String content) throws Exception {
    return Files.writeString(folder.resolve("m.wasm"), content);
  }

  private Peer peer(Path script, String version) {
    WasmOpt wasmOpt = new WasmOpt(List.of(script.toString()), version, List.of());
    return new Peer(wasmOpt, folder.resolve("cache"), Duration.ofMinutes(1));
  }

  @Test
  void aResultIsMeasuredOnce() throws Exception {
    Path script = ScriptFile.write(folder, "copy", COPY);
    Path module = module("abcd");
    PeerRun first = peer(script, "1").run("hash", module, List.of("-O2"));
    Peer again = peer(script, "1");
    PeerRun second = again.run("hash", module, List.of("-O2"));

    assertThat(first.end()).isEqualTo(End.DONE);
    assertThat(first.output().plain()).isEqualTo(4);
    assertThat(second).isEqualTo(first);
    assertThat(again.taken()).isEqualTo(1);
    assertThat(again.measured()).isZero();
    assertThat(Files.readString(again.output("hash", List.of("-O2")))).isEqualTo("abcd");
    assertThat(Files.readAllLines(folder.resolve("copy.calls"))).hasSize(1);
  }

  @Test
  void anotherModuleVersionOrArgumentIsAnotherResult() throws Exception {
    Path script = ScriptFile.write(folder, "copy", COPY);
    Path module = module("abcd");
    peer(script, "1").run("hash", module, List.of("-O2"));
    peer(script, "1").run("other", module, List.of("-O2"));
    peer(script, "1").run("hash", module, List.of("-O3"));
    peer(script, "2").run("hash", module, List.of("-O2"));

    assertThat(Files.readAllLines(folder.resolve("copy.calls"))).hasSize(4);
  }

  @Test
  void aFailureIsKeptWithItsLastWords() throws Exception {
    Path script = ScriptFile.write(folder, "fail", "echo 'Fatal: live reference'\nexit 1\n");
    PeerRun run = peer(script, "1").run("hash", module("abcd"), List.of("-O2"));

    assertThat(run.end()).isEqualTo(End.FAILED);
    assertThat(run.message()).isEqualTo("Fatal: live reference");
    assertThat(run.output()).isEqualTo(Sizes.NONE);
  }

  @Test
  void aSuccessWithoutAFileIsAFailure() throws Exception {
    Path script = ScriptFile.write(folder, "nothing", "exit 0\n");

    assertThat(peer(script, "1").run("hash", module("abcd"), List.of("-O2")).end())
        .isEqualTo(End.FAILED);
  }
}
