package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline through the command: embedded broker, local Spark, real modules if tiny. */
class RunIT {
  @TempDir Path temp;

  @Test
  void goodAndBadModulesAndARerunAndTheSameInObjectStorage() throws Exception {
    Path modules = temp.resolve("modules");
    Modules.write(modules, "call.wasm", Modules.calling(1));
    Modules.write(modules, "copy-without-suffix", Modules.calling(1));
    Modules.write(modules, "empty.wasm", Modules.empty());
    Modules.write(modules, "truncated.wasm", Modules.truncated());
    Files.writeString(temp.resolve("text.wasm"), "no module");

    Command.Result first =
        Command.run(
            temp, "run", "modules", "text.wasm", "maven:no.colon", "--out", "out", "--json");

    assertThat(first.exitCode()).as(first.err()).isEqualTo(3);
    assertThat(first.rows().values())
        .extracting(row -> row.get("verdict").asText())
        .containsExactlyInAnyOrder("VERIFIED", "VERIFIED", "REJECTED", "REJECTED");
    assertThat(first.known()).containsOnly(false);
    assertThat(first.err()).contains("maven:no.colon");
    assertThat(Command.text(temp.resolve("out/report.md")))
        .contains("modules/call.wasm (and 1 other place)")
        .contains("unexpected end")
        .contains("**VERIFIED** modules/empty.wasm: no site")
        .contains("text.wasm")
        .contains("maven:no.colon");

    Command.Result rerun =
        Command.run(temp, "run", "modules", "text.wasm", "--out", "out", "--json");

    assertThat(rerun.rows()).isEqualTo(first.rows());
    assertThat(rerun.known()).containsOnly(true);

    Command.Result stored =
        Command.run(
            temp,
            "run",
            "modules",
            "text.wasm",
            "--out",
            "s3a://results/tiny",
            "--embedded-s3",
            "--state",
            "state",
            "--json");

    assertThat(stored.exitCode()).as(stored.err()).isEqualTo(3);
    assertThat(stored.rows()).isEqualTo(first.rows());
  }

  @Test
  void aKilledRunIsContinued() throws Exception {
    for (int i = 0; i < 20; i++) {
      Modules.write(temp.resolve("modules"), i + ".wasm", Modules.calling(i));
    }
    String[] run = {"run", "modules", "--out", "out", "--batch-events", "7", "--json"};
    Process killed = Command.start(temp, run);
    try {
      Path transformed = temp.resolve("out/transformed");
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.exists(transformed) || !killed.isAlive());
    } finally {
      killed.destroyForcibly().waitFor();
    }

    Command.Result continued = Command.run(temp, run);
    Command.Result unbroken =
        Command.run(temp, "run", "modules", "--out", "other", "--batch-events", "7", "--json");

    assertThat(continued.exitCode()).as(continued.err()).isZero();
    Map<String, JsonNode> rows = continued.rows();
    assertThat(rows).hasSize(20).isEqualTo(unbroken.rows());
    try (var binaries = Files.walk(temp.resolve("out/transformed"))) {
      assertThat(binaries.filter(Files::isRegularFile)).hasSize(20);
    }
  }

  @Test
  void aBrokerThatDoesNotAnswerIsNamed() throws Exception {
    Modules.write(temp.resolve("modules"), "empty.wasm", Modules.empty());
    Command.Result result =
        Command.run(temp, "run", "modules", "--out", "out", "--kafka", "127.0.0.1:1");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).contains("127.0.0.1:1").doesNotContain("\tat ");
  }

  @Test
  void anOutputThatCanNotBeWrittenIsNamed() throws Exception {
    Files.writeString(temp.resolve("file"), "");
    Command.Result result = Command.run(temp, "run", ".", "--out", "file/out");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).contains("file/out").contains("--out").doesNotContain("\tat ");
  }

  @Test
  void aFolderWithoutModulesIsBadInput() throws Exception {
    Files.createDirectories(temp.resolve("nothing"));
    Command.Result result = Command.run(temp, "run", "nothing", "--out", "out");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("nothing: no wasm module");
  }

  /** A name that matches in some modules is fine; and what a run found can be seen again. */
  @Test
  void aNameThatMatchesInNoModuleIsTold() throws Exception {
    Modules.write(temp.resolve("modules"), "call.wasm", Modules.calling(1));
    byte[] other =
        WatReader.assemble(
            "(import \"env\" \"g\" (func)) (import \"env\" \"h\" (func (result i32)))"
                + "(memory 1) (func (export \"run\") (result i32) call 0 call 1)",
            DebugNames.DROP);
    Modules.write(temp.resolve("modules"), "other.wasm", other);
    String[] run = {"run", "modules", "--out", "out", "--json", "--imports", "env.f,env.g,env.ff"};

    Command.Result first = Command.run(temp, run);

    assertThat(first.exitCode()).as(first.err()).isZero();
    String warning = "imports has 'env.ff', and no import of 2 modules matches it; did you mean";
    assertThat(new ObjectMapper().readTree(first.out()).get("warnings"))
        .singleElement()
        .satisfies(text -> assertThat(text.asText()).startsWith(warning + " 'env.f'"));
    assertThat(Command.text(temp.resolve("out/report.md"))).containsOnlyOnce(warning);

    List<String> strict = new ArrayList<>(List.of(run));
    strict.add("--strict");
    Command.Result again = Command.run(temp, strict.toArray(new String[0]));

    assertThat(again.exitCode()).as(again.err()).isEqualTo(2);
    assertThat(again.known()).containsOnly(true);
    assertThat(again.rows()).isEqualTo(first.rows());

    Command.Result shown = Command.run(temp, "show", "out", "other.wasm");
    String seen =
        shown.out().substring(shown.out().indexOf("bysync verify ")).lines().toList().get(0);
    String[] words = seen.substring("bysync ".length()).split(" ", -1);
    Command.Result verified = Command.run(temp, words);
    assertThat(verified.out()).as(seen).startsWith("VERIFIED").contains("sites 1 / 1 suspended");
  }

  @Test
  void strategiesAreComparedInOneRun() throws Exception {
    Modules.write(temp.resolve("modules"), "call.wasm", Modules.calling(1));
    String copy = "external:cp {in} {out}";
    String[] run = {
      "run", "modules", "--out", "out", "--json", "--strategy", "dispatch", "--strategy", copy
    };

    Command.Result first = Command.run(temp, run);

    assertThat(first.exitCode()).as(first.err()).isEqualTo(1);
    JsonNode modules = new ObjectMapper().readTree(first.out()).get("modules");
    assertThat(modules)
        .extracting(
            module ->
                module.get("strategy").asText()
                    + " "
                    + module.get("result").get("verdict").asText())
        .containsExactly("dispatch VERIFIED", copy + " MISMATCH");
    assertThat(modules)
        .extracting(module -> module.get("result").get("strategy").asText())
        .containsExactly("dispatch", copy);
    assertThat(Command.text(temp.resolve("out/report.md")))
        .contains("| cp {in} {out} |")
        .contains("no export asyncify_");
    assertThat(Command.run(temp, run).known()).containsOnly(true);
    assertThat(Command.run(temp, "run", "modules", "--out", "out", "--json").known())
        .containsExactly(true);
  }
}
