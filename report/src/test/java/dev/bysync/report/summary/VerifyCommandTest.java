package dev.bysync.report.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.Words;
import dev.bysync.report.Runs;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.SecondOpinion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private static final String SHA256 = "ab".repeat(32);

  private static String command(String name, String place, long bytes) {
    return command(name, place, "", Map.of("transformedBytes", bytes));
  }

  private static String command(
      String name, String place, String arguments, Map<String, Object> figures) {
    Map<String, Object> all = new HashMap<>(figures);
    all.put("sha256", SHA256);
    RunModule module = Runs.module(name, all);
    Run run =
        new Run(
            "r",
            place,
            Map.of(
                "Setting seed", "7",
                "Setting fuel", "1000",
                "Setting min-sites", "95",
                "Setting arguments", arguments),
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

  /** A binary says what it was made with; else the command has to. */
  @Test
  void theOptionsOfTheRunArePartOfIt() {
    String options = Words.write(List.of("--imports", "env.a,env.b c", "--asserts"));
    assertThat(command("a.wasm", "file:///out/", options, Map.of("transformedBytes", 9L)))
        .startsWith("bysync verify a.wasm /out/transformed/")
        .endsWith(".wasm --seed 7 --fuel 1000 --min-sites 95");
    assertThat(command("a.wasm", "file:///out/", options, Map.of("transformedBytes", 0L)))
        .isEqualTo(
            "bysync verify a.wasm --imports 'env.a,env.b c' --asserts --seed 7 --fuel 1000 --min-sites 95");
    String silent = Words.write(List.of("--indirect", "never", "--no-record"));
    assertThat(command("a.wasm", "file:///out/", silent, Map.of("transformedBytes", 9L)))
        .isEqualTo(
            "bysync verify a.wasm --indirect never --no-record --seed 7 --fuel 1000 --min-sites 95");
    String many = Words.write(List.of("--only-list", "f,".repeat(2000)));
    assertThat(command("a.wasm", "file:///out/", many, Map.of("transformedBytes", 0L)))
        .isEqualTo(
            "bysync verify a.wasm --only-list @only-list.txt --seed 7 --fuel 1000 --min-sites 95");
  }

  @Test
  void anExternalCommandHasOptionsOfItsOwn() {
    String options = Words.write(List.of("--imports", "env.a", "--memory", "frames"));
    String external = "external:tool {in} {out}";
    assertThat(
            command(
                "a.wasm",
                "file:///out/",
                options,
                Map.of("strategy", external, "transformedBytes", 9L)))
        .endsWith(".wasm --memory frames --seed 7 --fuel 1000 --min-sites 95");
    assertThat(
            command(
                "a.wasm",
                "file:///out/",
                options,
                Map.of("strategy", external, "transformedBytes", 0L)))
        .isEqualTo(
            "bysync transform a.wasm -o transformed.wasm --strategy 'external:tool {in} {out}'");
  }

  @Test
  void aDisagreementIsSeenWithASecondOpinion() {
    assertThat(
            command(
                "a.wasm",
                "file:///out/",
                "",
                Map.of("transformedBytes", 9L, "secondOpinion", SecondOpinion.Finding.DISAGREES)))
        .endsWith(" --second-opinion");
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
