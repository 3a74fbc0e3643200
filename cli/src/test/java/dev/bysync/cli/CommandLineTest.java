package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  @TempDir Path temp;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "ingest",
        "dlq",
        "config",
        "transform",
        "plan",
        "explain",
        "verify",
        "replay",
        "report",
        "compare",
        "runs",
        "show",
        "gc",
        "wat",
        "asm",
        "query",
        "migrate",
        "check-store"
      })
  void everyCommandHasHelp(String command) {
    assertThat(execute("help", command)).isZero();
    assertThat(out.toString()).contains("Usage: bysync " + command).contains("--debug");
    for (String line :
        Objects.requireNonNull(Bysync.commandLine().getSubcommands().get(command))
            .getCommandSpec()
            .usageMessage()
            .description()) {
      assertThatCode(() -> String.format(line))
          .as("a format of picocli")
          .doesNotThrowAnyException();
    }
  }

  @Test
  void theHelpListsTheExitCodes() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("Exit codes:").contains("  4  infrastructure");
  }

  @Test
  void aWrongCommandLineIsUsage() {
    assertThat(execute()).isEqualTo(2);
    assertThat(execute("trnsform")).isEqualTo(2);
    assertThat(execute("transform", "in.wasm")).isEqualTo(2);
    assertThat(execute("compare", "a", "b", "--fail-on", " ")).isEqualTo(2);
    assertThat(execute("run", "modules", "--fuel", "much")).isEqualTo(2);
    assertThat(execute("verify", "a", "b", "--fuel", "0")).isEqualTo(2);
    assertThat(execute("verify", "a", "b", "--transformed", "c")).isEqualTo(2);
    assertThat(execute("compare", "a", "b", "--fail-on", " ")).isEqualTo(2);
  }

  @Test
  void allWrongSettingsAreNamedAtOnce() {
    assertThat(execute("run", "modules", "--topic", "a topic", "--batch-events", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--out").contains("--topic").contains("--batch-events");
  }

  @Test
  void theConfigurationIsPrinted() {
    assertThat(execute("config", "--fuel", "3", "--seed=4")).isZero();
    assertThat(execute("config", "--no-such-setting", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("--no-such-setting");
    assertThat(execute("dlq")).isEqualTo(2);
    assertThat(execute("dlq", "replay")).isEqualTo(2);
    assertThat(execute("dlq", "replay", "0/1", "--all")).isEqualTo(2);
    assertThat(execute("dlq", "list", "--topic", "t")).isEqualTo(2);
    assertThat(err.toString()).contains("no Kafka broker");
  }

  @Test
  void aModuleIsTransformedAndVerified() throws IOException {
    Modules.write(temp, "in.wasm", Modules.calling(1));
    String in = temp.resolve("in.wasm").toString();
    String result = temp.resolve("out.wasm").toString();
    assertThat(execute("transform", in, "-o", result)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("1 of 1 functions instrumented");
    assertThat(execute("verify", in, result)).isZero();
    assertThat(out.toString()).startsWith("VERIFIED");
    assertThat(execute("verify", in, in)).isEqualTo(1);
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).as("no temporary file is left").hasSize(2);
    }
  }

  @Test
  void aSourceMapIsTakenAlong() throws IOException {
    Modules.write(temp, "in.wasm", Modules.calling(1));
    String in = temp.resolve("in.wasm").toString();
    String result = temp.resolve("out.wasm").toString();
    Path map = temp.resolve("in.map");
    Path moved = temp.resolve("out.map");
    // the module's call, its third byte from the end, is in line 3 of a.c
    int call = Modules.calling(1).length - 3;
    Files.writeString(
        map,
        "{\"version\":3,\"sources\":[\"a.c\"],\"names\":[],\"mappings\":\"%s\",\"x_own\":1}"
            .formatted(base64(call) + "AEA"));
    int code =
        execute(
            "transform",
            in,
            "-o",
            result,
            "-ism",
            map.toString(),
            "-osm",
            moved.toString(),
            "-osu",
            "http://x/out.map");
    assertThat(code).as(err.toString()).isZero();
    byte[] output = Files.readAllBytes(Path.of(result));
    int to = 0;
    while (output[to] != 0x10 || output[to + 1] != 0 || output[to + 2] != 0x23) {
      to++; // call 0, global.get
    }
    assertThat(moved)
        .content()
        .contains("\"mappings\":\"" + base64(to) + "AEA\"")
        .contains("\"sources\":[\"a.c\"]")
        .contains("\"x_own\":1");
    assertThat(new String(output, StandardCharsets.ISO_8859_1))
        .endsWith("\u0010sourceMappingURL\u0010http://x/out.map");
    assertThat(execute("transform", in, "-o", result, "-osm", moved.toString())).isEqualTo(2);
    Files.writeString(map, "{\"version\":3,\"sections\":[]}");
    assertThat(execute("transform", in, "-o", result, "-ism", in, "-osm", "x")).isEqualTo(3);
    assertThat(execute("transform", in, "-o", result, "-ism", map.toString(), "-osm", "x"))
        .isEqualTo(3);
    assertThat(err.toString()).contains("not a source map");
  }

  /** A number of a source map that is not negative. */
  private static String base64(int value) {
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    StringBuilder text = new StringBuilder();
    int rest = 2 * value;
    for (; rest > 31; rest /= 32) {
      text.append(digits.charAt(rest % 32 + 32));
    }
    return text.append(digits.charAt(rest)).toString();
  }

  @Test
  void whatIsNoModuleIsBadInputAndLeavesNoFile() throws IOException {
    Path text = Files.writeString(temp.resolve("text.wasm"), "no module");
    Path result = temp.resolve("out.wasm");
    assertThat(execute("transform", text.toString(), "-o", result.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("text.wasm: malformed module at offset 0x0");
    assertThat(result).doesNotExist();
    assertThat(execute("transform", temp.resolve("none").toString(), "-o", "x")).isEqualTo(3);
    assertThat(execute("transform", temp.toString(), "-o", "x")).isEqualTo(3);
  }

  @Test
  void anOutputThatCanNotBeWrittenIsInfrastructure() throws IOException {
    Modules.write(temp, "in.wasm", Modules.empty());
    String in = temp.resolve("in.wasm").toString();
    assertThat(execute("transform", in, "-o", in + "/out.wasm")).isEqualTo(4);
    assertThat(err.toString()).contains("can't be written").doesNotContain("\tat ");
    assertThat(execute("--debug", "transform", in, "-o", in + "/out.wasm")).isEqualTo(4);
  }

  @Test
  void textIsAssembled() throws IOException {
    Path text = Files.writeString(temp.resolve("in.wat"), "(module)");
    Path result = temp.resolve("out.wasm");
    assertThat(execute("asm", text.toString(), "-o", result.toString())).isZero();
    assertThat(result).hasBinaryContent(Modules.empty());
    Files.writeString(text, "(module (func $f (drop $x)))");
    assertThat(execute("asm", text.toString(), "-o", result.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("in.wat: line 1, column");
  }

  @Test
  void aModuleIsPrintedAndAssembledAgain() throws IOException {
    Modules.write(temp, "in.wasm", Modules.calling(1));
    String in = temp.resolve("in.wasm").toString();
    String text = temp.resolve("out.wat").toString();
    String again = temp.resolve("again.wasm").toString();
    assertThat(execute("wat", in, "-o", text)).as(err.toString()).isZero();
    assertThat(Path.of(text)).content().contains("(import \"env\" \"f\"");
    assertThat(execute("asm", text, "-o", again)).as(err.toString()).isZero();
    assertThat(execute("transform", again, "-o", temp.resolve("out.wasm").toString())).isZero();
    assertThat(execute("wat", text)).isEqualTo(3);
  }

  private int execute(String... arguments) {
    CommandLine line = Bysync.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
