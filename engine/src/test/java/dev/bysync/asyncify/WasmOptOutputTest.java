package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Coverage;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verifies what {@code wasm-opt --asyncify} makes of our fixtures, and writes the table to {@code
 * target/wasm-opt-output.txt}. Needs a {@link WasmOpt} that it knows.
 */
final class WasmOptOutputTest {
  private static final VerifyOptions OPTIONS =
      new VerifyOptions(1, 400_000).withOverflow(VerifyOptions.Overflow.WHEN_STOPPED);

  /** Those that suspend inside a legacy catch: Binaryen never enters it again. */
  private static final Set<String> IN_CATCH =
      Set.of("region-starts.wat", "v8/catch.wat", "v8/foreign.wat", "v8/nested-catch.wat");

  /** Compact imports are not of WebAssembly 3.0. */
  private static final List<String> FLAGS =
      List.of("-all", "--disable-compact-imports", "--asyncify");

  private static final String CALL_REF = "(call_ref of a suspending function)";

  /** Binaryen's pass has no case for call_ref, so that it counts as never suspending. */
  private static final String CALL_REF_TEXT =
      """
      (module
        (type $unary (func (param i32) (result i32)))
        (import "env" "get" (func $get (type $unary)))
        (memory (export "memory") 1)
        (elem declare func $inner)
        (func $inner (type $unary) (i32.add (call $get (local.get 0)) (i32.const 1)))
        (func (export "run") (param i32) (result i32)
          (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
          (i32.mul (call_ref $unary (local.get 0) (ref.func $inner)) (i32.const 3))))
      """;

  @TempDir Path folder;

  @Test
  void miscompilesAreFoundAndTheRestIsVerified() throws IOException, InterruptedException {
    WasmOpt wasmOpt = WasmOpt.required();
    List<String> names = new ArrayList<>(List.of(CALL_REF));
    names.addAll(Resources.names("."));
    Resources.names("v8").forEach(name -> names.add("v8/" + name));
    StringBuilder table = new StringBuilder("| module | verdict | suspensions | reason |\n");
    table.append("|---|---|--:|---|\n");
    int verified = 0;
    for (String name : names) {
      byte[] original =
          Pairs.assemble(name.equals(CALL_REF) ? CALL_REF_TEXT : Resources.read(name));
      Path out = folder.resolve("out.wasm");
      Files.deleteIfExists(out);
      String log = wasmOpt.run(folder, original, FLAGS).text();
      if (!Files.exists(out)) {
        row(table, name, "refused by wasm-opt", 0, log.lines().findFirst().orElse(""));
        continue;
      }
      Verification verification = Verifier.verify(original, Files.readAllBytes(out), null, OPTIONS);
      long suspensions = verification.coverage().suspensions();
      row(table, name, verification.verdict().name(), suspensions, verification.reason());
      boolean wrong = name.equals(CALL_REF) || IN_CATCH.contains(name);
      assertThat(verification.verdict())
          .as(name + ": " + verification.reason())
          .isEqualTo(wrong ? Verdict.MISMATCH : Verdict.VERIFIED);
      if (!wrong) {
        assertSitesAreForced(name, verification);
        verified++;
      }
    }
    Files.writeString(
        Files.createDirectories(Path.of("target")).resolve("wasm-opt-output.txt"), table);
    assertThat(verified).isGreaterThan(10);
  }

  /** What wasm-opt takes away as dead is all that can't be told as a call of the original. */
  private static void assertSitesAreForced(String name, Verification verification) {
    Coverage coverage = verification.coverage();
    assertThat(verification.reason()).as(name).startsWith("by programs only: ");
    assertThat(coverage.sites()).as(name).isPositive();
    assertThat(coverage.sitesSuspended()).as(name).isEqualTo(coverage.sites());
    assertThat(coverage.sitesUnmatched() > 0).as(name).isEqualTo(name.equals("dead-code.wat"));
  }

  private static void row(
      StringBuilder table, String name, String verdict, long suspensions, String reason) {
    table.append("| %s | %s | %d | %s |%n".formatted(name, verdict, suspensions, reason));
  }
}
