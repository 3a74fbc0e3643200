package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that would colour a terminal, turn its text around, or fake a line of it. */
class HostileNamesTest {
  private static final String NAME = "\\1b[31mred\\e2\\80\\aeback\\c2\\9b2J\\nFAKED\\e2\\80\\a8";
  private static final byte[] MODULE =
      WatReader.assemble(
          """
          (import "env" "%1$s" (func $sleep (param i32)))
          (memory (export "memory") 1)
          (func $run (export "%1$s") (call $sleep (i32.const 3)))
          (func (export "run") (call $run))
          """
              .formatted(NAME),
          DebugNames.DROP);

  @TempDir Path dir;
  private final PrintStream standardOut = System.out;
  private final PrintStream standardErr = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void capture() throws Exception {
    Files.write(dir.resolve("in.wasm"), MODULE);
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(stream);
    System.setErr(stream);
  }

  @AfterEach
  void restore() {
    System.setOut(standardOut);
    System.setErr(standardErr);
  }

  @Test
  void noneSteersATerminal() {
    String in = dir.resolve("in.wasm").toString();
    String out = dir.resolve("out.wasm").toString();
    run("plan", in);
    run("plan", in, "--json");
    run("explain", in);
    run("explain", in, "--json");
    run("explain", in, "1");
    run("explain", in, "1", "--json");
    run("transform", in, "-o", out, "--verbose");
    run("transform", in, "-o", out, "--remove-list", "nothing.like.it", "--strict");
    run("verify", in, out, "--sites");
    run("verify", in, "--sites", "--json");
    run("verify", in, "--imports", "nothing.like.it");
  }

  private void run(String... arguments) {
    printed.reset();
    Bysync.commandLine().execute(arguments);
    String text = printed.toString(StandardCharsets.UTF_8);
    String command = String.join(" ", arguments);
    assertThat(text).as(command).isNotEmpty();
    assertThat(text.codePoints().filter(HostileNamesTest::steers).toArray())
        .as(command + "\n" + text)
        .isEmpty();
    assertThat(text.lines()).as(command).noneMatch(line -> line.startsWith("FAKED"));
  }

  private static boolean steers(int point) {
    return (Character.isISOControl(point) && point != '\n')
        || Character.getType(point) == Character.FORMAT
        || Character.getType(point) == Character.LINE_SEPARATOR;
  }

  @Test
  void theWriterKeepsWhatIsOurs() {
    PrintWriter writer = TerminalWriter.on(System.out);
    writer.print("a\tb\n\u001b[1m\u202e\u00e4\ud83d");
    writer.print("\ude00\n");
    writer.flush();
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo("a\tb\n?[1m?\u00e4\ud83d\ude00\n");
  }
}
