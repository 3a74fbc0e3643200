package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts rewind an export without the arguments it was called with, and so does the verifier. */
final class RewindArgumentsTest {
  private static final String ORIGINAL =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "work") (param $n i32) (result i32)
          (i32.add (local.get $n) (call $get (i32.const 5)))))
      """;

  /** With KEEP and BACK what the frame keeps. */
  private static final String TRANSFORMED =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "work") (param $n i32) (result i32) (local $r i32)
          (if (i32.eq (global.get $state) (i32.const 2))
            (then
              (i32.store (global.get $data)
                (i32.sub (i32.load (global.get $data)) (i32.const 4)))
              BACK))
          (local.set $r (call $get (i32.const 5)))
          (if (i32.eq (global.get $state) (i32.const 1))
            (then
              KEEP
              (i32.store (global.get $data)
                (i32.add (i32.load (global.get $data)) (i32.const 4)))
              (return (i32.const 0))))
          (i32.add (local.get $n) (local.get $r)))
      """
          + Fixtures.CONTROLS
          + ")";

  private static Verification verify(String keep, String back) {
    return Fixtures.verify(
        Fixtures.assemble(ORIGINAL),
        Fixtures.assemble(TRANSFORMED.replace("KEEP", keep).replace("BACK", back)));
  }

  @Test
  void exportThatLosesItsParameterIsFound() {
    String keep = "(i32.store (i32.load (global.get $data)) (local.get $n))";
    String back = "(local.set $n (i32.load (i32.load (global.get $data))))";

    assertThat(verify(keep, back).verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(verify(keep, "").verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verify(keep, "").reason()).contains("work(", "returned");
    assertThat(verify("", back).verdict()).isEqualTo(Verdict.MISMATCH);
  }

  /** A parameter that is lost only to hosts that pass zeros is found, too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(if (local.get $n) (then (local.set $n (i32.load (i32.load (global.get $data))))))",
        "(if (i32.eqz (local.get $n)) (then (local.set $n (i32.load (i32.load (global.get $data))))))"
      })
  void parameterThatIsLostToSomeArgumentsIsFound(String back) {
    String keep = "(i32.store (i32.load (global.get $data)) (local.get $n))";

    assertThat(verify(keep, back).verdict()).isEqualTo(Verdict.MISMATCH);
  }

  /** Parameters of all kinds, in whole bodies and in split ones. */
  @ParameterizedTest
  @ValueSource(ints = {0, Integer.MAX_VALUE})
  void parametersOfAllKindsAreKept(int splitAbove) {
    byte[] original =
        Fixtures.assemble(
            """
            (module
              (import "env" "f" (func $f (result i32)))
              (memory (export "memory") 1)
              (func (export "import") (export "again") (param i32 i64 f32 f64 v128 externref funcref)
                  (result i32)
                (i32.store (i32.const 8) (call $f))
                (i32.store (i32.const 16) (local.get 0))
                (i64.store (i32.const 24) (local.get 1))
                (f32.store (i32.const 32) (local.get 2))
                (f64.store (i32.const 40) (local.get 3))
                (v128.store (i32.const 48) (local.get 4))
                (i32.store (i32.const 64) (ref.is_null (local.get 5)))
                (i32.store (i32.const 68) (ref.is_null (local.get 6)))
                (i32.mul (local.get 0) (call $f)))
              (func (export "external") (param (ref extern)) (result externref)
                (drop (call $f)) (local.get 0)))
            """);
    AsyncifyOptions options = AsyncifyOptions.defaults().withSplitAbove(splitAbove);
    Transformed transformed = Asyncify.transform(original, options);

    Verification verification =
        Verifier.verify(
            original, transformed.bytes(), transformed.sites(), new VerifyOptions(1, 400_000));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().sitesSuspended()).isEqualTo(3);
  }

  /** There is no frame that could keep the arguments of an import that is exported as it is. */
  @Test
  void importThatIsExportedHasItsArgumentsAgain() {
    String export = "(export \"direct\" (func $get))";
    String text = ORIGINAL.strip();
    byte[] original = Fixtures.assemble(text.substring(0, text.length() - 1) + export + ")");
    Transformed transformed = Asyncify.transform(original, AsyncifyOptions.defaults());

    Verification verification =
        Verifier.verify(
            original, transformed.bytes(), transformed.sites(), new VerifyOptions(1, 400_000));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().exportsRun()).isEqualTo(2);
  }

  @Test
  void argumentsAreZerosOrDrawnAndReferencesNullWhereTheyCanBe() {
    List<ValueKind> kinds =
        List.of(
            ValueKind.I32,
            ValueKind.V128,
            ValueKind.NULLABLE,
            ValueKind.EXTERNAL,
            ValueKind.REFERENCE,
            ValueKind.F64);
    Shape.ExportedFunction export =
        new Shape.ExportedFunction("f", new Signature(kinds, List.of()), false);
    Script.Call call = new Script.Call(export, new long[] {1, 2, 3, 4, 5, 6, 7});
    Set<Long> integers = new HashSet<>();
    for (long random = 0; random < 20; random++) {
      long[] args = RewindArguments.of(call, random);
      assertThat(args).hasSize(7);
      assertThat(new long[] {args[3], args[4], args[5]}).containsExactly(-1, 5, 6);
      assertThat(args[0]).isBetween(0L, 0xFFFFFFFFL);
      integers.add(args[0]);
    }
    assertThat(integers).hasSize(11).contains(0L); // ten times zero, else all different
    assertThat(call.args()).containsExactly(1, 2, 3, 4, 5, 6, 7);
  }
}
