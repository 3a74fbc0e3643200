package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Options of the transform as they are written for {@code wasm-opt}, and as long options. */
class TransformOptionsTest {
  private static final String MODULE =
      """
      (import "env" "sleep" (func $sleep))
      (import "env" "log" (func $log))
      (memory (export "memory") 1)
      (table $t 2 funcref)
      (elem (table $t) (i32.const 0) func $leaf)
      (func $leaf call $sleep)
      (func $middle call $leaf)
      (func $outer (export "outer") call $middle)
      (func $logs (export "logs") call $log)
      (func $calm (export "calm"))
      (func $indirect (export "indirect") (call_indirect $t (i32.const 0)))
      """;

  @TempDir Path temp;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private String in = "";
  private String result = "";

  @BeforeEach
  void writeModule() throws IOException {
    in = temp.resolve("in.wasm").toString();
    result = temp.resolve("out.wasm").toString();
    Files.write(Path.of(in), WatReader.assemble(MODULE, DebugNames.WRITE));
  }

  private int execute(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Bysync.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private int transform(String arguments) {
    return execute(("transform " + in + " -o " + result + " " + arguments).trim().split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --imports=env.sleep                    | --pass-arg=asyncify-imports@env.sleep      | 4
          --imports=env.log                      | -pa asyncify-imports@env.log               | 1
          --ignore-imports                       | --pass-arg asyncify-ignore-imports         | 0
          --ignore-indirect                      | --pass-arg=asyncify-ignore-indirect        | 4
          --indirect=never                       | --pass-arg=asyncify-ignore-indirect@       | 4
          --indirect declared                    | --pass-arg=bysync-indirect@declared        | 5
          --remove-list=middle                   | --pass-arg=asyncify-removelist@middle      | 3
          --remove-list=middle                   | --pass-arg=asyncify-blacklist@middle       | 3
          --ignore-imports --add-list=calm,logs  | -pa asyncify-ignore-imports -pa asyncify-addlist@calm,logs | 2
          --only-list=leaf,middle                | --pass-arg=asyncify-onlylist@leaf,middle   | 2
          --only-list=leaf                       | --pass-arg=asyncify-whitelist@leaf         | 1
          --asserts                              | --pass-arg=asyncify-asserts                | 5
          --memory=memory                        | --pass-arg=asyncify-memory@memory          | 5
          --in-secondary-memory                  | --pass-arg=asyncify-in-secondary-memory    | 5
          --in-secondary-memory --secondary-memory-size=2 | --pass-arg=asyncify-in-secondary-memory --pass-arg=asyncify-secondary-memory-size@2 | 5
          --import-globals                       | --pass-arg=asyncify-import-globals         | 5
          --import-globals                       | --pass-arg=asyncify-relocatable            | 5
          --export-globals                       | --pass-arg=asyncify-export-globals         | 5
          --ignore-unwind-from-catch             | --pass-arg=asyncify-ignore-unwind-from-catch | 5
          --split-above=0                        | --pass-arg=bysync-split-above@0            | 5
          --feature-level=1.0                    | --pass-arg=bysync-feature-level@1.0        | 5
          """)
  void aPassArgumentIsTheSameAsItsLongOption(String longForm, String passForm, int functions)
      throws IOException {
    assertThat(transform(longForm)).as(err.toString()).isZero();
    byte[] expected = Files.readAllBytes(Path.of(result));
    assertThat(err.toString()).contains("%d of 6 functions instrumented".formatted(functions));
    assertThat(transform("--asyncify " + passForm)).as(err.toString()).isZero();
    assertThat(Files.readAllBytes(Path.of(result))).isEqualTo(expected);
  }

  @Test
  void aResponseFileHasTheEntries() throws IOException {
    Path list = Files.writeString(temp.resolve("list.txt"), "leaf\nmiddle\n");
    assertThat(transform("--pass-arg=asyncify-onlylist@@" + list)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("2 of 6 functions");
    assertThat(transform("--only-list @" + list)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("2 of 6 functions");
    assertThat(transform("--only-list @" + list + ".gone")).isEqualTo(2);
    assertThat(err.toString()).contains("can't read the file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--asyncify -g",
        "--asyncify -all --enable-simd --enable-bulk-memory",
        "--debuginfo --all-features --detect-features"
      })
  void flagsOfWasmOptThatHoldAnywayAreSilent(String flags) {
    assertThat(transform(flags)).as(err.toString()).isZero();
    assertThat(err.toString().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "-O, not optimised",
    "-O0, not optimised",
    "-O3, not optimised",
    "-Oz, not optimised",
    "--optimize-level 2, not optimised",
    "--shrink-level=1, not optimised",
    "--converge, not optimised",
    "--strip-debug, no section is removed",
    "-mvp, not switched off",
    "--disable-gc, not switched off",
    "-n, validated all the same"
  })
  void flagsOfWasmOptThatDoNothingHereSaySo(String flag, String notice) {
    assertThat(transform(flag)).as(err.toString()).isZero();
    assertThat(err.toString()).contains(notice);
    assertThat(transform(flag + " --quiet")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-S, bysync wat",
    "--vacuum, Unknown option: '--vacuum'",
    "--pass-arg=asyncify-nonsense, unknown pass argument asyncify-nonsense",
    "--only-list=leaf --add-list=middle, only-list says all",
    "--add-list=leaf --remove-list=leaf, 'leaf' is in the add-list and in the remove-list",
    "--remove-list=sleep, an imported function",
    "--import-globals --export-globals, can't be used together",
    "--split-above=many, a whole number",
  })
  void whatCantBeFollowedIsWrongUsage(String arguments, String message) {
    assertThat(transform(arguments)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
    assertThat(Path.of(result)).doesNotExist();
  }

  @Test
  void whatMeansNothingIsAWarning() {
    assertThat(transform("--remove-list=nobody --pass-arg=other@1")).isZero();
    assertThat(err.toString())
        .contains("warning: " + in + ": the remove-list names 'nobody'")
        .contains("warning: pass argument other is not for asyncify");
  }

  @Test
  void verboseTellsWhy() {
    assertThat(transform("--pass-arg=asyncify-verbose")).isZero();
    assertThat(out.toString().lines())
        .contains("[asyncify] env.sleep is an import that may suspend")
        .anyMatch(line -> line.startsWith("[asyncify] leaf calls env.sleep at 0x"))
        .anyMatch(line -> line.startsWith("[asyncify] outer calls middle at 0x"))
        .noneMatch(line -> line.contains("calm"));
  }

  @Test
  void thePlanTellsAllFunctions() {
    assertThat(execute("plan", in)).as(err.toString()).isZero();
    assertThat(out.toString().lines())
        .hasSize(9)
        .anyMatch(line -> line.matches("\\* +3  middle: calls leaf at 0x[0-9a-f]+"))
        .anyMatch(line -> line.matches("- +6  calm: reaches nothing that may suspend"))
        .anyMatch(
            line -> line.matches("\\* +7  indirect: calls indirectly.*what may be leaf at 0x.*"))
        .anyMatch(line -> line.startsWith("5 of 6 functions instrumented"));
    assertThat(execute("plan", in, "--only-list=leaf")).isZero();
    assertThat(out.toString())
        .contains("leaf: is in the only-list")
        .contains("outer: is not in the only-list");
  }

  @Test
  void thePlanIsJsonToo() throws IOException {
    assertThat(execute("plan", in, "--json", "--imports=env.sleep")).as(err.toString()).isZero();
    JsonNode plan = new ObjectMapper().readTree(out.toString());
    assertThat(plan.get("instrumented").asInt()).isEqualTo(4);
    JsonNode middle = plan.get("functions").get(3);
    assertThat(middle.get("name").asText()).isEqualTo("middle");
    assertThat(middle.get("cause").asText()).isEqualTo("calls");
    assertThat(middle.get("calleeName").asText()).isEqualTo("leaf");
    byte[] module = Files.readAllBytes(Path.of(in));
    assertThat(module[middle.get("offset").asInt()]).as("a call").isEqualTo((byte) 0x10);
    assertThat(plan.get("functions").get(1).get("cause").asText()).isEqualTo("ignored_import");
  }

  @Test
  void aFunctionIsExplainedByTheWayToTheImport() {
    assertThat(execute("explain", in, "outer")).as(err.toString()).isZero();
    assertThat(out.toString().lines().map(line -> line.replaceAll(" at 0x.*", "")))
        .containsExactly(
            "outer (4) calls middle",
            "middle (3) calls leaf",
            "leaf (2) calls env.sleep",
            "env.sleep (0) is an import that may suspend");
    assertThat(execute("explain", in, "6")).isZero();
    assertThat(out.toString()).startsWith("calm (6) reaches nothing");
    assertThat(execute("explain", in, "nobody")).isEqualTo(2);
  }

  @Test
  void theModuleIsExplainedByWhatIsResponsible() throws IOException {
    assertThat(execute("explain", in)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("5 of 6 functions are instrumented")
        .contains("env.sleep")
        .contains("type 0: () -> ()")
        .contains("default            5")
        .contains("never              4");
    assertThat(execute("explain", in, "--json")).isZero();
    JsonNode explained = new ObjectMapper().readTree(out.toString());
    JsonNode first = explained.get("responsible").get(0);
    assertThat(first.get("name").asText()).isEqualTo("env.sleep");
    assertThat(first.get("alone").asInt()).isEqualTo(4);
    for (JsonNode policy : explained.get("policies")) {
      assertThat(transform("--indirect=" + policy.get("indirect").asText())).isZero();
      assertThat(Files.size(Path.of(result))).isEqualTo(policy.get("moduleBytes").asLong());
    }
  }

  /** Two values of eight bytes live across the one call of the function with the largest frame. */
  @Test
  void whatAStackNeedsIsTold() throws IOException {
    String text =
        """
        (module
          (import "env" "sleep" (func $sleep))
          (memory (export "memory") 1)
          (func $narrow (export "narrow") (param $a i32) (result i32) (call $sleep) (local.get $a))
          (func $wide (export "wide") (param $a i64) (param $b f64) (result i64 f64)
            (call $sleep) (local.get $a) (local.get $b)))
        """;
    String wide =
        Files.write(temp.resolve("wide.wasm"), WatReader.assemble(text, DebugNames.WRITE))
            .toString();

    assertThat(execute("explain", wide)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("The largest frame on the asyncify stack: 16 bytes, of wide.");
    assertThat(execute("explain", wide, "--json")).isZero();
    JsonNode explained = new ObjectMapper().readTree(out.toString());
    assertThat(explained.get("largestSiteFrameBytes").asInt()).isEqualTo(16);
    assertThat(explained.get("largestSiteFrameFunction").asText()).isEqualTo("wide");

    assertThat(execute("verify", wide)).isZero();
    assertThat(out.toString())
        .contains(
            "stack: the largest frame has 16 bytes, the deepest seen had 16, recommended are 4,096");
    assertThat(execute("verify", wide, "--json")).isZero();
    JsonNode verified = new ObjectMapper().readTree(out.toString());
    assertThat(verified.get("largestSiteFrameBytes").asInt()).isEqualTo(16);
    assertThat(verified.has("largestFrameBytes")).as("that is what was put away").isFalse();
    JsonNode cost = verified.get("coverage").get("cost");
    assertThat(cost.get("deepestStackBytes").asInt()).isEqualTo(16);
    assertThat(cost.get("recommendedStackBytes").asInt()).isEqualTo(4096);
  }

  @Test
  void aModuleInAMemoryOfItsOwnIsVerified() throws IOException {
    assertThat(transform("--in-secondary-memory")).isZero();
    assertThat(Module.read(Files.readAllBytes(Path.of(result))).memories()).hasSize(2);
    assertThat(execute("verify", in, result)).as(out.toString()).isZero();
    assertThat(out.toString()).startsWith("VERIFIED");
    assertThat(execute("verify", in, result, "--memory=asyncify_memory")).isZero();
    assertThat(out.toString()).startsWith("VERIFIED");
  }

  @Test
  void aRunTakesTheSameOptions() {
    assertThat(execute("run", in, "--indirect=sometimes", "--pass-arg=asyncify-memory@m"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("not 'sometimes'").contains("--out");
    assertThat(execute("run", in, "--pass-arg=asyncify-verbose")).isEqualTo(2);
    assertThat(err.toString()).contains("bysync plan");
  }

  @Test
  void aCommandTransformsInsteadOfUs() throws IOException {
    String[] copy = {"transform", in, "-o", result, "--strategy", "external:cp {in} {out}"};
    assertThat(execute(copy)).as(err.toString()).isZero();
    assertThat(Files.readAllBytes(Path.of(result))).isEqualTo(Files.readAllBytes(Path.of(in)));
    assertThat(err.toString()).contains("bytes by external:cp {in} {out}");
    assertThat(execute("transform", in, "-o", result, "--strategy", "dispatch")).isZero();
    assertThat(err.toString()).contains("5 of 6 functions instrumented");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          guards                 |                        | 2 | there is no strategy 'guards': it is dispatch, or external:COMMAND
          external:cp {in}       |                        | 2 | has no {out}
          external:cp {in} {out} | --asserts              | 2 | write them into the command
          external:cp {in} {out} | --external-seconds=0   | 2 | gets 1 to 86400 seconds, not 0
          dispatch               | --external-seconds=1   | 2 | --external-... are limits of
          external:cp {in} {out} | --strategy=dispatch    | 2 | one strategy at a time
          external:false {in} {out} | --quiet             | 3 | false: exit code 1
          external:/no/such {in} {out} | --quiet          | 4 | /no/such can't be run
          """)
  void aStrategyThatDoesNotWorkIsTold(
      String name, @Nullable String more, int code, String message) {
    List<String> arguments =
        new ArrayList<>(List.of("transform", in, "-o", result, "--strategy", name));
    if (more != null) {
      arguments.add(more);
    }
    assertThat(execute(arguments.toArray(new String[0]))).isEqualTo(code);
    assertThat(err.toString()).contains(message);
    assertThat(Path.of(result)).doesNotExist();
  }
}
