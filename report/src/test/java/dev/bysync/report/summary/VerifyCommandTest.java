package dev.bysync.report.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.report.Runs;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private static final String SHA256 = "ab".repeat(32);

  private static String command(String name, String place, long bytes) {
    RunModule module = Runs.module(name, Map.of("sha256", SHA256, "transformedBytes", bytes));
    Run run =
        new Run(
            "r",
            place,
            Map.of("Setting seed", "7", "Setting fuel", "1000", "Setting min-sites", "95"),
            Map.of("dispatch", "0123456789abcdef"),
            List.of(module));
    return VerifyCommand.of(run, module);
  }

  @Test
  void verifiesTheBinaryInTheStoreAsTheRunDid() {
    assertThat(command("lib/a.wasm", "file:///out/", 9))
        .isEqualTo(
            "bysync verify lib/a.wasm /out/transformed/0123456789abcdef/ab/%s.wasm --seed 7 --fuel 1000 --min-sites 95"
                .formatted(SHA256));
    assertThat(command("lib/a.wasm", "s3a://bucket/out", 9))
        .contains(" s3a://bucket/out/transformed/0123456789abcdef/ab/");
  }

  @Test
  void withoutABinaryTheTransformIsPartOfIt() {
    assertThat(command("lib/a.wasm", "file:///out/", 0))
        .isEqualTo("bysync verify lib/a.wasm --seed 7 --fuel 1000 --min-sites 95");
  }

  @Test
  void whatIsPackedHasToBeUnpacked() {
    assertThat(command("npm:p@1!/a.wasm", "file:///out/", 0))
        .startsWith("bysync verify original.wasm ");
    assertThat(command("files.zip!/a.wasm", "file:///out/", 0))
        .startsWith("bysync verify original.wasm ");
  }

  @Test
  void namesAreNothingButNamesToAShell() {
    assertThat(command("a b'; rm -rf ~ $(x).wasm", "file:///my%20out/", 9))
        .startsWith("bysync verify 'a b'\\''; rm -rf ~ $(x).wasm' '/my out/transformed/");
    assertThat(command("-o", "file:///out/", 0)).startsWith("bysync verify ./-o ");
  }
}
