package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A mismatch leaves a reproducer, and it can be run again. */
final class ReplayTest {
  private static final String ORIGINAL =
      """
      (module (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (func $helper (result i32) (call $get (i32.const 7)))
        (func (export "run") (param i32) (result i32)
          (i32.add (call $helper) (i32.const 1)))
        (func (export "idle")))
      """;

  @TempDir Path temp;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  private String original = "";
  private String faulty = "";
  private String file = "";

  @BeforeEach
  void makeAFaultyModule() throws IOException {
    original = assemble("in", ORIGINAL);
    String result = temp.resolve("out.wasm").toString();
    assertThat(execute("transform", original, "-o", result)).isZero();
    // the constant that is added: only the normal run meets it
    faulty = assemble("other", ORIGINAL.replace("(i32.const 1)))", "(i32.const 2)))"));
    // without the record it is another tool's, and programs alone are run
    assertThat(execute("transform", "--no-record", faulty, "-o", faulty)).isZero();
    file = temp.resolve("found.json").toString();
  }

  private String assemble(String name, String text) throws IOException {
    Path wat = Files.writeString(temp.resolve(name + ".wat"), text);
    String wasm = temp.resolve(name + ".wasm").toString();
    assertThat(execute("asm", wat.toString(), "-o", wasm)).as(err.toString()).isZero();
    return wasm;
  }

  @Test
  void aMismatchIsReproduced() throws IOException {
    assertThat(execute("verify", original, "--transformed", faulty, "--reproducer", file))
        .isEqualTo(1);
    assertThat(out.toString()).startsWith("MISMATCH").contains("bysync replay " + file);
    JsonNode written = new ObjectMapper().readTree(Path.of(file).toFile());
    assertThat(written.get("original").get("sha256").asText()).hasSize(64);
    assertThat(written.get("reproducer").get("calls")).hasSize(1);
    assertThat(written.get("reproducer").get("suspensions")).isEmpty();

    assertThat(execute("replay", file)).isEqualTo(1);
    assertThat(out.toString())
        .contains("call 0 run(", "  host call 0: env.get(7)", "first difference: run(");
    String expected = written.get("reproducer").get("difference").asText();
    assertThat(execute("replay", "--json", file)).isEqualTo(1);
    String lastLine = out.toString().lines().reduce((first, second) -> second).orElseThrow();
    assertThat(new ObjectMapper().readTree(lastLine).get("difference").asText())
        .isEqualTo(expected);
  }

  @Test
  void aRepairedModuleShowsNothingAnyMore() {
    assertThat(execute("verify", original, faulty, "--reproducer", file)).isEqualTo(1);
    String repaired = temp.resolve("out.wasm").toString();
    assertThat(execute("replay", file, "--transformed", repaired)).isZero();
    assertThat(out.toString()).contains("no difference any more");
  }

  @Test
  void whatCanNotBeRunAgainSaysWhy() throws IOException {
    assertThat(execute("verify", original, faulty, "--reproducer", file)).isEqualTo(1);
    Path found = Path.of(file);
    String text = Files.readString(found);

    Files.writeString(found, text.replaceFirst("\"engine\" : \"", "$0x"));
    assertThat(execute("replay", file)).isEqualTo(3);
    assertThat(err.toString()).contains("made by engine version x");

    Files.writeString(found, text.replace("\"world\"", "\"word\""));
    assertThat(execute("replay", file)).isEqualTo(3);
    assertThat(err.toString()).contains("not a reproducer", "world");

    Files.writeString(found, "{\"format\":\"other\"}");
    assertThat(execute("replay", file)).isEqualTo(3);
    assertThat(err.toString()).contains("not a reproducer");

    Files.writeString(found, text);
    Path moved = Files.move(Path.of(original), temp.resolve("moved.wasm"));
    assertThat(execute("replay", file)).isEqualTo(3);
    assertThat(err.toString()).contains("in.wasm: no such file", "--original");
    assertThat(execute("replay", file, "--original", moved.toString())).isEqualTo(1);
    assertThat(execute("replay", file, "--original", faulty)).isEqualTo(3);
    assertThat(err.toString()).contains("another module than the reproducer's");
  }

  /** What belongs to one call is kept in a global: right as long as no other runs meanwhile. */
  @Test
  void callsUnderWayTogetherAreReplayed() throws IOException {
    String shared =
        ORIGINAL
            .replace("(memory", "(global $p (mut i32) (i32.const 0)) (memory")
            .replace("(call $helper) (i32.const 1)", "(call $helper) (global.get $p)")
            .replace(
                "(param i32) (result i32)\n    (i32.add",
                "(param i32) (result i32)\n    (global.set $p (local.get 0)) (i32.add");
    String expected = shared.replace("(global.get $p)))", "(local.get 0)))");
    original = assemble("kept", expected);
    faulty = assemble("shared", shared);
    assertThat(execute("transform", "--no-record", faulty, "-o", faulty)).isZero();

    assertThat(execute("verify", original, faulty, "--reproducer", file)).isEqualTo(1);
    assertThat(execute("replay", file)).isEqualTo(1);
    assertThat(out.toString())
        .contains("call 0 run(", "  call 0 is put aside", "call 1 run(", "go on with call 0 run(")
        .contains("first difference: run(");
    assertThat(execute("replay", "--json", file)).isEqualTo(1);
    assertThat(out.toString())
        .contains("{\"event\":\"putAside\",\"call\":0}", "{\"event\":\"wentOn\",\"call\":0,");
  }

  /** Versions before this one kept a variant that no version makes any more. */
  @Test
  void aProbeVariantIsRefused() throws IOException {
    assertThat(execute("verify", original, faulty, "--reproducer", file)).isEqualTo(1);
    ObjectNode found = (ObjectNode) new ObjectMapper().readTree(Path.of(file).toFile());
    assertThat(found.has("variant")).isFalse();
    found.put("variant", "PROBE");
    new ObjectMapper().writeValue(Path.of(file).toFile(), found);

    assertThat(execute("replay", file)).isEqualTo(3);
    assertThat(err.toString()).contains(file, "probe variant", "verify the module again");
    found.put("variant", "NONE");
    new ObjectMapper().writeValue(Path.of(file).toFile(), found);
    assertThat(execute("replay", file)).as("what else old files say").isEqualTo(1);
  }

  /** The host is never called, so that nothing but a call that is made to suspend shows it. */
  @Test
  void aCallThatIsMadeToSuspendIsReplayed() throws IOException {
    String text =
        ORIGINAL
            .replace("(call $get (i32.const 7))", "(i32.const 3)")
            .replace("(call $helper) (i32.const 1)", "(call $inner) (local.get 0)")
            .replace(
                "(func (export \"idle\"))",
                """
                (func $inner (result i32)
                  (if (result i32) (i32.load (i32.const 8))
                    (then (call $get (i32.const 7))) (else (call $helper))))
                (func (export \"idle\"))
                """);
    original = assemble("kept", text);
    String result = temp.resolve("out.wasm").toString();
    assertThat(execute("transform", "--no-record", original, "-o", result)).isZero();
    Module good = Module.read(Files.readAllBytes(Path.of(result)));
    // what comes out of the frame of run is thrown away
    String planted = planted(bytes -> drop(bytes, offset(good, 1, Opcodes.LOCAL_SET)));

    assertThat(execute("verify", original, planted, "--reproducer", file)).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("MISMATCH: run(")
        .contains("(schedule: calls that are made to suspend; seed 1)", "replay " + file);
    JsonNode written = new ObjectMapper().readTree(Path.of(file).toFile());
    assertThat(written.get("format").asText()).isEqualTo("bysync-reproducer-4");
    JsonNode forced = written.get("reproducer").get("forced");
    assertThat(forced).isNotEmpty();
    assertThat(forced.get(0).get("site").get("function").asInt()).isEqualTo(2);
    String difference = written.get("reproducer").get("difference").asText();

    assertThat(execute("replay", file)).as(err.toString()).isEqualTo(1);
    assertThat(out.toString())
        .contains("made to suspend, at arrival 1:", "unwind from the call at offset")
        .containsPattern("original 0x[0-9a-f]+ +call ")
        .containsPattern("output   0x[0-9a-f]+ +call ")
        .contains("calls of sites are the same in both; then")
        .contains("first difference: " + difference)
        .doesNotContain("it was:");
    assertThat(execute("replay", "--json", file)).isEqualTo(1);
    assertThat(out.toString())
        .contains("{\"event\":\"forced\",\"site\":", "{\"event\":\"parted\",\"same\":");
    assertThat(execute("replay", file, "--transformed", result)).isZero();
    assertThat(out.toString()).contains("no difference any more");
  }

  @Test
  void aModuleIsTransformedAndVerifiedWithItsSites() throws IOException {
    assertThat(execute("verify", original)).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("VERIFIED")
        .contains("sites 2 / 2 suspended (2 by the host, 0 forced, 0 by frames, 0 by branches), 0");
    assertThat(execute("verify", "--json", original)).isZero();
    JsonNode tree = new ObjectMapper().readTree(out.toString());
    assertThat(tree.get("verdict").asText()).isEqualTo("VERIFIED");
    JsonNode coverage = tree.get("coverage");
    for (String name : List.of("sites", "reachableSites", "sitesSuspended", "sitesByHost")) {
      assertThat(coverage.get(name).asInt()).as(name).isEqualTo(2);
    }
    for (String name : List.of("sitesForced", "sitesByFrames", "sitesByBranches")) {
      assertThat(coverage.get(name).isInt()).as(name).isTrue();
    }
    assertThat(coverage.get("functionsSuspended").asInt()).isEqualTo(2);
    assertThat(coverage.get("suspensions").asLong()).isPositive();
    assertThat(coverage.get("frameSuspensions").asLong()).isPositive();
    assertThat(coverage.get("largestFrameBytes").isInt()).isTrue();
    assertThat(coverage.has("ladders") || tree.has("sites")).isFalse();
    assertThat(tree.get("second").get("finding").asText()).isEqualTo("NOT_ASKED");
    assertThat(execute("verify", "--second-opinion", original)).isZero();
    assertThat(out.toString()).contains("second interpreter: AGREES; ");
    assertThat(execute("verify", temp.resolve("out.wasm").toString())).isEqualTo(3);
    assertThat(err.toString()).contains("REJECTED");
  }

  /** The good output, written over somewhere. */
  private String planted(Consumer<byte[]> fault) throws IOException {
    byte[] bytes = Files.readAllBytes(temp.resolve("out.wasm"));
    fault.accept(bytes);
    return Files.write(temp.resolve("planted.wasm"), bytes).toString();
  }

  @Test
  void aFrameIsShownSideBySide() throws IOException {
    Module good = Module.read(Files.readAllBytes(temp.resolve("out.wasm")));
    // of run, which is the second body, the addition becomes a subtraction
    String planted = planted(bytes -> bytes[offset(good, 1, I32_ADD)] = I32_SUB);
    Module before = Module.read(Files.readAllBytes(Path.of(original)));
    String call = "0x%x".formatted(offset(before, 1, Opcodes.CALL));

    assertThat(execute("verify", original, planted, "--reproducer", file)).isEqualTo(1);
    assertThat(out.toString()).startsWith("MISMATCH: function 2").contains("replay " + file);
    assertThat(err.toString()).contains("written over");
    JsonNode frame = new ObjectMapper().readTree(Path.of(file).toFile()).get("frame");
    assertThat(frame.get("difference").get("function").asInt()).isEqualTo(2);
    assertThat(frame.get("difference").get("path").get("ways")).isEmpty();

    assertThat(execute("replay", file)).as(err.toString()).isEqualTo(1);
    assertThat(out.toString())
        .contains("original", "| output", call + "    call", "first difference: function 2")
        .containsPattern("return.*\\|.*0x")
        .doesNotContain("it was:");
    assertThat(execute("replay", "--all", file)).isEqualTo(1);
    assertThat(out.toString()).contains("br_if", call);
    assertThat(execute("replay", "--json", file)).isEqualTo(1);
    assertThat(out.toString()).contains("{\"event\":\"entered\"", "\"instruction\":\"call ");

    String repaired = temp.resolve("out.wasm").toString();
    assertThat(execute("replay", file, "--transformed", repaired)).isZero();
    assertThat(out.toString()).contains("no difference any more");
    assertThat(execute("replay", file, "--transformed", original)).isEqualTo(3);
    assertThat(err.toString()).contains("not laid out");
  }

  @Test
  void whatComesOutOfAFrameIsShown() throws IOException {
    original =
        assemble(
            "kept",
            ORIGINAL.replace("(call $helper) (i32.const 1)", "(call $helper) (local.get 0)"));
    String result = temp.resolve("out.wasm").toString();
    assertThat(execute("transform", original, "-o", result)).isZero();
    Module good = Module.read(Files.readAllBytes(Path.of(result)));
    Module before = Module.read(Files.readAllBytes(Path.of(original)));
    String site = "0x%x".formatted(offset(before, 1, Opcodes.CALL));
    // what comes out of the frame of run is thrown away
    String planted = planted(bytes -> drop(bytes, offset(good, 1, Opcodes.LOCAL_SET)));

    assertThat(execute("verify", original, planted, "--reproducer", file)).isEqualTo(1);
    assertThat(out.toString()).contains("suspended in function 2", "call at " + site);
    assertThat(execute("replay", file)).isEqualTo(1);
    assertThat(out.toString())
        .contains("unwinds in a stack that has room to spare", ": p0 into the frame, at 0")
        .contains("is called again to rewind, with (", ": p0 out of the frame, from 0")
        .contains("local 0 is v", "and was p0: live, so it is lost")
        .contains("first difference: function 2 at offset " + site + ": local 0 is lost");
    assertThat(execute("replay", file, "--transformed", result)).isZero();
    assertThat(out.toString()).contains("is at its call again, pos 0", "no difference any more");
  }

  @Test
  void aDifferenceAroundTheFunctionsIsComparedAgain() throws IOException {
    String planted =
        planted(
            bytes -> {
              String text = new String(bytes, StandardCharsets.ISO_8859_1);
              bytes[text.indexOf("idle")] = 'I';
            });
    assertThat(execute("verify", original, planted, "--reproducer", file)).isEqualTo(1);
    assertThat(execute("replay", file)).isEqualTo(1);
    assertThat(out.toString()).contains("sections that are not changed: ", "first difference:");
    String repaired = temp.resolve("out.wasm").toString();
    assertThat(execute("replay", file, "--transformed", repaired)).isZero();
    assertThat(out.toString())
        .contains("control functions: no difference", "no difference any more");
  }

  private static void drop(byte[] bytes, int at) {
    bytes[at] = Opcodes.DROP;
    bytes[at + 1] = Opcodes.NOP;
  }

  private static int offset(Module module, int body, int opcode) {
    CodeReader code =
        new CodeReader(module.bytes(), new BodyTyper(module).begin(body), module.bodyEnd(body));
    while (!code.atEnd()) {
      if (code.next() == opcode) {
        return code.start();
      }
    }
    throw new AssertionError("there is none");
  }

  private static final int I32_ADD = 0x6A;
  private static final byte I32_SUB = 0x6B;

  private int execute(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Bysync.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
