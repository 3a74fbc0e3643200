package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code transform} and {@code verify} of folders and of several files. */
final class SeveralModulesTest {
  @TempDir Path temp;
  private Path modules = Path.of("");
  private String out = "";
  private String err = "";

  @BeforeEach
  void write() throws IOException {
    modules = Files.createDirectories(temp.resolve("modules"));
    Files.createDirectories(modules.resolve("deep/er"));
    Modules.write(modules, "one.wasm", Modules.calling(1));
    Modules.write(modules, "two.wasm", Modules.calling(2));
    Modules.write(modules.resolve("deep/er"), "three.wasm", Modules.calling(3));
    Files.writeString(modules.resolve("notes.txt"), "no module");
  }

  private int execute(Object... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    CommandLine line = Bysync.commandLine();
    line.setOut(new PrintWriter(outText, true));
    line.setErr(new PrintWriter(errText, true));
    int code = line.execute(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  @Test
  void aFolderIsTransformedAsEachOfItsFiles() throws IOException {
    Path result = temp.resolve("result");
    assertThat(execute("transform", modules, "-o", result)).as(err).isZero();
    assertThat(err.lines().reduce((a, b) -> b).orElse(""))
        .isEqualTo("3 modules: 3 transformed, 0 not");
    for (String name : List.of("one.wasm", "two.wasm", "deep/er/three.wasm")) {
      Path single = temp.resolve("single.wasm");
      assertThat(execute("transform", modules.resolve(name), "-o", single)).isZero();
      assertThat(result.resolve(name)).hasSameBinaryContentAs(single);
    }
    try (Stream<Path> files = Files.walk(result)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(3);
    }
  }

  @Test
  void oneThatIsNoModuleIsToldAndTheOthersAreDone() throws IOException {
    Files.writeString(modules.resolve("bad.wasm"), "no module");
    Path result = temp.resolve("result");
    assertThat(execute("transform", modules, "-o", result)).isEqualTo(3);
    assertThat(err)
        .contains("bad.wasm: ")
        .endsWith("4 modules: 3 transformed, 1 not%n".formatted());
    assertThat(result.resolve("two.wasm")).exists();
    assertThat(result.resolve("bad.wasm")).doesNotExist();

    assertThat(execute("verify", modules)).isEqualTo(3);
    assertThat(out.lines())
        .hasSize(5)
        .element(0)
        .asString()
        .startsWith("REJECTED     bad.wasm: malformed module at offset 0x0: ");
    assertThat(out).endsWith("4 modules: 3 VERIFIED, 1 REJECTED%n".formatted());
  }

  @Test
  void threadsChangeNothing() {
    assertThat(execute("verify", modules, "--threads", 1)).as(err).isZero();
    String one = out;
    assertThat(execute("verify", modules, "--threads", 4)).isZero();
    assertThat(out).isEqualTo(one);
    assertThat(one.lines().map(line -> line.split("[: ]+", 3)[1]))
        .containsExactly("deep/er/three.wasm", "one.wasm", "two.wasm", "modules");
    assertThat(execute("verify", modules, "--threads", 0)).isEqualTo(2);
  }

  @Test
  void severalFilesAreEachVerifiedAndTwoAreAPair() throws IOException {
    Path one = modules.resolve("one.wasm");
    Path two = modules.resolve("two.wasm");
    assertThat(execute("verify", one, two)).as("a pair").isEqualTo(1);
    assertThat(execute("verify", "--each", one, two)).as(err).isZero();
    assertThat(out).contains("2 modules: 2 VERIFIED");
    Path three = modules.resolve("deep/er/three.wasm");
    assertThat(execute("verify", "--json", one, two, three)).isZero();
    JsonNode array = new ObjectMapper().readTree(out);
    assertThat(array).hasSize(3);
    assertThat(array.findValuesAsText("file"))
        .containsExactly(one.toString(), two.toString(), three.toString());
    assertThat(array.findValuesAsText("verdict")).containsOnly("VERIFIED");
    assertThat(execute("verify", "--json", one)).isZero();
    JsonNode single = new ObjectMapper().readTree(out);
    assertThat(array.get(0).get("coverage")).isEqualTo(single.get("coverage"));
  }

  @Test
  void twoOfOneNameAreRefusedBeforeAnythingIsWritten() throws IOException {
    Path other = Files.createDirectories(temp.resolve("other"));
    Modules.write(other, "one.wasm", Modules.calling(4));
    Path result = temp.resolve("result");
    assertThat(execute("transform", modules, other, "-o", result)).isEqualTo(2);
    assertThat(err).contains("would both be one.wasm");
    assertThat(result).doesNotExist();
    assertThat(execute("transform", temp.resolve("other"), "-o", "-")).isEqualTo(2);
    assertThat(execute("verify", modules, "--sites")).isEqualTo(2);
    Files.createDirectories(temp.resolve("empty"));
    assertThat(execute("verify", temp.resolve("empty"))).isEqualTo(3);
    assertThat(err).contains("no file there has a name that ends in .wasm");
  }
}
