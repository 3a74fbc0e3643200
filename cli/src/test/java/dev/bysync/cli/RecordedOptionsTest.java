package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A transformed module carries its options, and is verified as what it is. */
class RecordedOptionsTest {
  /** One import more than the help's example lists: a run that suspends there goes wrong. */
  private static final String MODULE =
      """
      (import "env" "sleep" (func $sleep (result i32)))
      (import "env" "fetch" (func $fetch (result i32)))
      (import "env" "log" (func $log (result i32)))
      (memory (export "memory") 1)
      (func $pause (result i32) (i32.add (call $sleep) (call $fetch)))
      (func $main (export "main") (result i32) (i32.add (call $pause) (call $note)))
      (func $note (export "note") (result i32) (i32.add (call $log) (i32.const 1)))
      """;

  @TempDir Path temp;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private String in = "";
  private String made = "";

  @BeforeEach
  void writeModule() throws IOException {
    in = temp.resolve("app.wasm").toString();
    made = temp.resolve("app.async.wasm").toString();
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

  private int transform(String... options) {
    List<String> all = new ArrayList<>(List.of("transform", in, "-o", made));
    all.addAll(List.of(options));
    return execute(all.toArray(new String[0]));
  }

  private void assertVerified(String sites) {
    assertThat(out.toString()).as(err.toString()).startsWith("VERIFIED").contains(sites);
  }

  /** The lines of {@code bysync --help}, as they stand there, one after the other. */
  @Test
  void theExamplesOfTheHelpWorkOneAfterTheOther() {
    assertThat(execute("--help")).isZero();
    List<String> examples =
        out.toString()
            .lines()
            .map(String::strip)
            .filter(line -> line.matches("bysync (transform|verify) .*"))
            .toList();
    assertThat(examples).hasSize(2).first().asString().contains("--imports env.sleep,env.fetch");
    for (String example : examples) {
      String[] words = example.substring("bysync ".length()).split(" ", -1);
      for (int i = 0; i < words.length; i++) {
        words[i] = words[i].endsWith(".wasm") ? temp.resolve(words[i]).toString() : words[i];
      }
      assertThat(execute(words)).as(example + "\n" + out + err).isZero();
    }
    assertVerified("sites 3 / 3 suspended");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void withoutTheRecordPromisesAreNotKnown() {
    assertThat(transform("--imports", "env.sleep,env.fetch", "--no-record")).isZero();
    assertThat(execute("verify", in, made, "--reproducer", temp.resolve("r.json").toString()))
        .isEqualTo(1);
    assertThat(out.toString()).startsWith("MISMATCH");
    assertThat(execute("verify", in, made, "--imports", "env.sleep,env.fetch")).isZero();
    assertThat(out.toString()).startsWith("VERIFIED: by programs only: 3 of 3 sites");
    assertThat(execute("verify", in, made, "--asserts")).isEqualTo(2);
    assertThat(err.toString()).contains("does not say what it was made with");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--imports env.sleep,env.fetch --asserts",
        "--indirect never --remove-list note --split-above 0",
        "--only-list main,pause,note --feature-level 1.0",
        "--in-secondary-memory --secondary-memory-size 2 --export-globals"
      })
  void theVerdictIsThatOfTheTransform(String options) throws IOException {
    String[] given = options.isEmpty() ? new String[0] : options.split(" ", -1);
    assertThat(transform(given)).as(err.toString()).isZero();
    List<String> here = new ArrayList<>(List.of("verify", "--json", in));
    here.addAll(List.of(given));
    int code = execute(here.toArray(new String[0]));
    String expected = out.toString();
    assertThat(execute("verify", "--json", in, made)).isEqualTo(code);
    assertThat(out.toString()).isEqualTo(expected);
    assertThat(err.toString()).isEmpty();
    JsonNode tree = new ObjectMapper().readTree(expected);
    assertThat(tree.get("coverage").get("sites").asInt()).isPositive();
    assertThat((long) tree.get("options").size())
        .isEqualTo(Arrays.stream(given).filter(word -> word.startsWith("--")).count());
    // what is given and true is no contradiction
    here.add(made);
    assertThat(execute(here.toArray(new String[0]))).isEqualTo(code);
    assertThat(out.toString()).isEqualTo(expected);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aListInAFileIsContained() throws IOException {
    Path list = Files.writeString(temp.resolve("list.txt"), "main\npause\n");
    assertThat(transform("--only-list", "@" + list)).as(err.toString()).isZero();
    Files.delete(list);
    assertThat(execute("verify", in, made)).as(out.toString()).isZero();
    assertVerified(" suspended (");
  }

  @Test
  void whatIsGivenCountsMoreAndIsTold() {
    assertThat(transform("--imports", "env.sleep")).isZero();
    assertThat(
            execute(
                "verify",
                in,
                made,
                "--imports",
                "env.*",
                "--reproducer",
                temp.resolve("r.json").toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("warning: " + made + ": was made with --imports env.sleep;")
        .contains("what is given here counts instead: --imports;")
        .contains("by programs only");
    assertThat(execute("verify", in, made, "--asserts")).isZero();
    assertThat(err.toString()).contains("counts instead: --asserts;");
    assertThat(execute("verify", in, made, "--only-list=main", "--add-list=note")).isEqualTo(2);
  }

  @Test
  void anotherToolsChangeIsSeenAndThePromisesHold() throws IOException {
    assertThat(transform("--imports", "env.sleep,env.fetch")).isZero();
    append(made, "other", section -> section.u8(1));
    assertThat(execute("verify", in, made)).as(out.toString()).isZero();
    assertThat(out.toString()).startsWith("VERIFIED: by programs only: 3 of 3 sites");
    assertThat(err.toString())
        .contains("says it was made with --imports env.sleep,env.fetch, but that is not what")
        .contains("verified as another tool's output");
    assertThat(execute("verify", in, made, "--overflow=at-once")).isZero();
  }

  @Test
  void anotherEnginesIsNamed() throws IOException {
    assertThat(transform("--no-record")).isZero();
    append(
        made,
        "bysync",
        section -> {
          section.u8(1);
          section.name("7\u001b[2J");
          section.u32(0);
        });
    assertThat(execute("verify", in, made)).isZero();
    assertThat(err.toString()).contains("by engine version 7?[2J, which is ");
  }

  @Test
  void aRecordThatIsDamagedIsAWarning() throws IOException {
    assertThat(transform("--no-record")).isZero();
    append(made, "bysync", section -> section.u8(99));
    assertThat(execute("verify", in, made)).isZero();
    assertThat(err.toString())
        .contains("warning: " + made + ": the section 'bysync' does not tell its options")
        .contains("of version 99");
    Files.write(Path.of(made), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 1});
    assertThat(execute("verify", in, made, "--reproducer", temp.resolve("r.json").toString()))
        .isEqualTo(1);
    assertThat(out.toString()).startsWith("MISMATCH");
  }

  @Test
  void aListWithoutRoomIsAskedFor() throws IOException {
    String[] names = new String[9_000];
    Arrays.setAll(names, i -> i == 0 ? "note" : "some_function_" + i);
    Path list = Files.write(temp.resolve("list.txt"), List.of(names));
    assertThat(transform("--quiet", "--remove-list", "@" + list)).isZero();
    assertThat(execute("verify", in, made)).isEqualTo(2);
    assertThat(err.toString()).contains("--remove-list (9000 entries)", "--remove-list @FILE");
    assertThat(execute("verify", in, made, "--remove-list", "@" + list)).isZero();
    assertVerified(" suspended (");
    assertThat(err.toString()).doesNotContain("counts instead");
    assertThat(execute("verify", in, made, "--remove-list", "note")).isZero();
    assertThat(err.toString()).contains("counts instead: --remove-list");
  }

  @Test
  void theAddressOfASourceMapMakesNoDifference() throws IOException {
    String map = temp.resolve("in.map").toString();
    Files.writeString(Path.of(map), "{\"version\":3,\"sources\":[],\"mappings\":\"\"}");
    assertThat(transform("-ism", map, "-osm", map + ".out", "-osu", "a.map")).isZero();
    assertThat(execute("verify", in, made)).isZero();
    assertVerified("sites 5 / 5 suspended");
  }

  @Test
  void aModuleWithoutSitesGetsTheSameVerdictToo() throws IOException {
    Files.write(
        Path.of(in),
        WatReader.assemble(
            "(memory (export \"memory\") 1)"
                + "(func (export \"run\") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))"));
    assertThat(transform()).isZero();
    int code = execute("verify", "--json", in);
    String expected = out.toString();
    assertThat(execute("verify", "--json", in, made)).isEqualTo(code);
    assertThat(out.toString()).isEqualTo(expected);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aReproducerOfWhatWeMadeHasItsSites() throws IOException {
    assertThat(transform("--imports", "env.sleep")).isZero();
    String file = temp.resolve("found.json").toString();
    // more may suspend than was promised: a difference for certain
    assertThat(execute("verify", in, made, "--imports", "env.*", "--reproducer", file))
        .isEqualTo(1);
    assertThat(new ObjectMapper().readTree(Path.of(file).toFile()).get("options").toString())
        .isEqualTo("{\"imports\":\"env.*\"}");
    assertThat(execute("replay", file)).as(err.toString()).isEqualTo(1);
    assertThat(out.toString()).contains("first difference:");
    assertThat(execute("replay", file, "--transformed", made)).isEqualTo(1);
  }

  @Test
  void thePlanOfATransformedModuleSaysWhatItIs() {
    assertThat(transform("--imports", "env.sleep")).isZero();
    assertThat(execute("plan", made)).isZero();
    assertThat(err.toString()).contains("was made by bysync with --imports env.sleep");
    assertThat(execute("plan", in)).isZero();
    assertThat(err.toString()).isEmpty();
  }

  // ---- names that match nothing ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --imports=env.sleep,env.fetsh | imports has 'env.fetsh', and no import matches it; did you mean 'env.fetch'?
          --imports=sleep               | imports has 'sleep', and no import matches it; did you mean 'env.sleep'?
          --remove-list=mian            | the remove-list names 'mian', and no function is called that
          --only-list=main,pauze        | did you mean 'pause'?
          --add-list=no*e_x             | the add-list has the pattern 'no*e_x', and no function matches it
          """)
  void aNameThatMatchesNothingIsTold(String option, String message) {
    assertThat(transform(option)).isZero();
    assertThat(err.toString()).contains("warning: " + in + ": ").contains(message);
    assertThat(execute("plan", in, option)).isZero();
    assertThat(err.toString()).contains(message);
    assertThat(execute("verify", in, option)).isZero();
    assertThat(err.toString()).contains(message);
    assertThat(execute("verify", in, made, option)).as(out.toString()).isZero();
    assertThat(err.toString()).contains(message);
  }

  @Test
  void strictMakesItAnError() {
    String[] lists = {"--imports=env.sleep,env.fetsh", "--remove-list=nobody", "--strict"};
    assertThat(transform(lists)).isEqualTo(2);
    assertThat(err.toString()).contains("did you mean 'env.fetch'?", "'nobody'");
    assertThat(Path.of(made)).doesNotExist();
    for (String command : List.of("plan", "explain", "verify")) {
      assertThat(execute(command, in, lists[0], lists[1], lists[2])).as(command).isEqualTo(2);
    }
    assertThat(transform("--imports=env.sleep", "--strict")).isZero();
    assertThat(execute("verify", in, made, "--strict")).isZero();
    assertThat(execute("verify", in, made, lists[0], "--strict")).isEqualTo(2);
    assertThat(transform("--pass-arg=asyncify-imports@x.y", "--pass-arg=bysync-strict"))
        .isEqualTo(2);
  }

  @Test
  void aFunctionThatIsNotThereIsAskedFor() {
    assertThat(execute("explain", in, "pausse")).isEqualTo(2);
    assertThat(err.toString()).contains("no function is called 'pausse'; did you mean 'pause'?");
    assertThat(execute("explain", in, "env.slep")).isEqualTo(2);
    assertThat(err.toString()).contains("did you mean 'env.sleep'?");
  }

  @Test
  void namesOfAModuleDoNotSteerTheTerminal() throws IOException {
    String text = MODULE.replace("\"fetch\"", "\"fe\\1bch\"");
    Files.write(Path.of(in), WatReader.assemble(text, DebugNames.WRITE));
    assertThat(transform("--imports=env.fetch")).isZero();
    assertThat(err.toString()).contains("did you mean 'env.fe?ch'?").doesNotContain("\u001b");
  }

  private static void append(String file, String name, Consumer<ByteSink> content)
      throws IOException {
    ByteSink section = new ByteSink();
    section.name(name);
    content.accept(section);
    ByteSink whole = new ByteSink();
    whole.bytes(Files.readAllBytes(Path.of(file)));
    whole.u8(SectionId.CUSTOM);
    whole.sized(section);
    Files.write(Path.of(file), whole.toByteArray());
  }
}
