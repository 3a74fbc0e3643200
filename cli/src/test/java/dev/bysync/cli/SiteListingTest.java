package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What verify tells of every site, and what share of them it asks for. */
final class SiteListingTest {
  /** One site is called, two are in a function that nothing calls, two can't be come to. */
  private static final String MODULE =
      """
      (module (type $t (func (param i32) (result i32)))
        (import "env" "get" (func $get (type $t)))
        (memory (export "memory") 1) (table (export "table") 1 funcref)
        (func (export "run") (param i32) (result i32) (call $get (local.get 0)))
        (func $hidden (type $t)
          (call_indirect (type $t) (call $get (local.get 0)) (i32.const 0)))
        (func $stuck (type $t) (block (loop $l (br $l))) (call $get (local.get 0)))
        (func $caught (type $t)
          (try (do (nop)) (catch_all (drop (call $get (i32.const 1))))) (local.get 0)))
      """;

  @TempDir Path temp;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String module = "";

  @BeforeEach
  void assemble() throws IOException {
    Path wat = Files.writeString(temp.resolve("in.wat"), MODULE);
    module = temp.resolve("in.wasm").toString();
    assertThat(execute("asm", wat.toString(), "-o", module)).as(err.toString()).isZero();
  }

  @Test
  void everySiteIsListedWithHowItWasComeTo() {
    assertThat(execute("verify", "--sites", module)).as(err.toString()).isZero();

    assertThat(out.toString()).startsWith("VERIFIED");
    assertThat(out.toString().lines().filter(line -> line.startsWith("     ")))
        .satisfiesExactly(
            line -> assertThat(line).matches(" +1  \\S+: calls env.get at 0x[0-9a-f]+: host"),
            line -> assertThat(line).matches(" +2  .*: calls env.get at 0x[0-9a-f]+: frames"),
            line ->
                assertThat(line)
                    .matches(
                        " +2  .*: calls indirectly, as \\(i32\\) -> \\(i32\\) at 0x[0-9a-f]+: frames"),
            line -> assertThat(line).contains("unreachable, it stands behind code that"),
            line -> assertThat(line).contains("unreachable, no path from the entry"));
  }

  @Test
  void programsReadTheSameInJson() throws IOException {
    assertThat(execute("verify", "--sites", "--json", module)).isZero();

    JsonNode tree = new ObjectMapper().readTree(out.toString());
    JsonNode sites = tree.get("sites");
    assertThat(sites).hasSize(5);
    assertThat(sites.get(0).get("function").asInt()).isEqualTo(1);
    assertThat(sites.get(0).get("callee").asInt()).isZero();
    assertThat(sites.get(0).get("calleeName").asText()).isEqualTo("env.get");
    assertThat(sites.get(0).get("reached").asText()).isEqualTo("host");
    assertThat(sites.get(0).get("reason").asText()).isEmpty();
    assertThat(sites.get(0).get("offset").asInt()).isPositive();
    assertThat(sites.get(2).get("signature").asText()).isEqualTo("(i32) -> (i32)");
    assertThat(sites.get(4).get("reached").asText()).isEqualTo("unreachable");
    assertThat(sites.get(4).get("reason").asText()).startsWith("no path");
    assertThat(tree.get("coverage").get("sites").asInt()).isEqualTo(5);
    assertThat(tree.get("coverage").get("reachableSites").asInt()).isEqualTo(3);
  }

  @Test
  void withoutAStateSitesAreNotKnown() {
    assertThat(execute("verify", "--sites", module, module)).isEqualTo(2);
    assertThat(err.toString()).contains("--sites", "not known");
  }

  /** Without its record it is another tool's: the second of two functions is renamed in it. */
  @Test
  void sitesOfAnotherToolsOutputAreListedAsFarAsTheyAreMatched() throws IOException {
    String output = other("run", "run");
    assertThat(execute("verify", "--sites", module, output)).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("VERIFIED: by programs only: 1 of 5 sites were suspended")
        .contains("calls env.get at ", ": host", ": not reached")
        .doesNotContain("not matched");
  }

  @Test
  void whatIsNotMatchedIsToldByItsPlaceInTheOutput() throws IOException {
    String output =
        other("(func $stuck", "(func $new (type $t) (call $get (i32.const 3))) (func $stuck");

    assertThat(execute("verify", "--sites", "--json", module, output)).as(err.toString()).isZero();
    JsonNode tree = new ObjectMapper().readTree(out.toString());
    JsonNode unmatched = MissingNode.getInstance();
    for (JsonNode site : tree.get("sites")) {
      unmatched = site.get("reached").asText().equals("not matched") ? site : unmatched;
    }
    assertThat(unmatched.get("outputFunction").asInt()).isPositive();
    assertThat(unmatched.get("outputOffset").asInt()).isPositive();
    assertThat(unmatched.has("function") || unmatched.has("offset")).isFalse();
    assertThat(unmatched.get("reason").asText()).startsWith("its function");
    assertThat(tree.get("coverage").get("sitesUnmatched").asInt()).isPositive();
    assertThat(tree.get("reason").asText()).contains("not matched with calls of the original: ");
    assertThat(execute("verify", "--sites", module, output)).isZero();
    assertThat(out.toString())
        .contains("of the output: not matched, its function", " not matched\n");
  }

  /** What the transform makes of the module with something changed, without its record. */
  private String other(String from, String to) throws IOException {
    Path wat = Files.writeString(temp.resolve("other.wat"), MODULE.replace(from, to));
    String other = temp.resolve("other.wasm").toString();
    assertThat(execute("asm", wat.toString(), "-o", other)).as(err.toString()).isZero();
    assertThat(execute("transform", "--no-record", other, "-o", other)).isZero();
    out.getBuffer().setLength(0);
    return other;
  }

  @Test
  void aShareIsAPercentage() {
    assertThat(execute("verify", "--min-sites", "100", module)).isZero();
    assertThat(execute("verify", "--min-sites", "101", module)).isEqualTo(2);
    assertThat(err.toString()).contains("--min-sites must be 0 to 100, not 101");
    assertThat(execute("verify", "--min-sites", "-1", module)).isEqualTo(2);
  }

  private int execute(String... arguments) {
    CommandLine line = Bysync.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
