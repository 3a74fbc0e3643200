package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.ExceptionEncoding;
import dev.bysync.wasm.module.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * References to exceptions in a module with legacy exceptions: V8 refuses a module whose bodies
 * have both encodings, so none may be added to. That V8 takes the outputs is tested with the
 * fixtures.
 */
final class ExceptionTypesTest {
  private static final String LEGACY =
      """
      (import "env" "f" (func $f (result i32))) (import "env" "g" (func $g))
      (memory (export "memory") 1) (table $t (export "table") 4 funcref)
      (global $e (mut exnref) (ref.null exn)) (tag $x (param exnref)) (type $s (struct))
      (type $pass (func (param exnref) (result exnref)))
      (func (export "legacy") (try (do (call $g)) (catch_all)))
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a result, a parameter, an operand
        "(func (export \"run\") (result exnref) (call $g) (global.get $e))",
        "(func (export \"run\") (param exnref) (result exnref) (call $g) (local.get 0))",
        "(func (export \"run\") (result exnref) (global.get $e) (call $g))",
        "(func (export \"run\") (result exnref i32) (global.get $e) (call $f))",
        // operands below a block, and its parameters and results
        "(func (export \"run\") (result exnref) (global.get $e)"
            + " (block (br_if 0 (call $f)) (call $g)))",
        "(func (export \"run\") (result exnref) (global.get $e)"
            + " (loop (param exnref) (result exnref) (br_if 0 (i32.eqz (call $f)))))",
        // what a catch has caught and throws on
        "(func (export \"run\") (try (do (throw $x (global.get $e)))"
            + " (catch $x (call $g) (drop))))",
        "(func (export \"run\") (try (do (try (do (throw $x (global.get $e)))"
            + " (catch $x (call $g) (drop) (rethrow 0)))) (catch_all)))",
        // beside locals of all kinds, one that can't be null among them
        "(func (export \"run\") (param i32) (result exnref) (local i64 f32 v128 (ref $s) externref)"
            + " (local.set 4 (struct.new $s)) (global.get $e) (call $g) (drop (local.get 4)))",
        // an argument of an indirect tail call that may end in the host
        "(func $id (type $pass) (call $g) (local.get 0)) (elem (i32.const 1) $id)"
            + " (func (export \"run\") (param exnref) (result exnref)"
            + " (return_call_indirect $t (type $pass) (local.get 0) (i32.const 1)))",
      })
  void bodiesDoNotSpellThem(String function) {
    byte[] original = Pairs.assemble(LEGACY + function);
    assertThat(ExceptionEncoding.of(Module.read(original))).isEqualTo(ExceptionEncoding.LEGACY);

    Transformed transformed = Pairs.assertVerified(original);
    byte[] split =
        Asyncify.transform(original, AsyncifyOptions.defaults().withSplitAbove(0)).bytes();

    for (byte[] output : new byte[][] {transformed.bytes(), split}) {
      assertThat(ExceptionEncoding.of(Module.read(output))).isEqualTo(ExceptionEncoding.LEGACY);
    }
  }

  @Test
  void moreLocalsThanAFunctionHasParametersAreRefused() {
    String function =
        "(func (export \"run\") (result exnref)"
            + " (local i32)".repeat(1000)
            + " (global.get $e) (call $g))";

    WasmException refusal =
        catchThrowableOfType(
            WasmException.class, () -> Pairs.transform(Pairs.assemble(LEGACY + function)));

    assertThat(refusal.failure()).isEqualTo(Failure.LIMIT);
    assertThat(refusal).hasMessageContaining("1000 locals");
    assertThat(refusal.function()).isPositive();
  }

  /** What counts as current was found out by asking V8 (Node 26) about each of these. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (func) | NONE
          (func (param exnref) (result exnref) (local.get 0)) | NONE
          (func (global.set $e (table.get $t (i32.const 0)))) | NONE
          (func (drop (block (type $r) (global.get $e)))) | NONE
          (func (block (drop (br_on_null 0 (global.get $e))))) | NONE
          (func (try (do) (catch_all))) | LEGACY
          (func (try (do (try (do) (delegate 0))) (catch_all (rethrow 0)))) | LEGACY
          (func (local exnref)) | CURRENT
          (func (local i32 (ref exn))) | CURRENT
          (func (drop (ref.null exn))) | CURRENT
          (func (drop (ref.null noexn))) | CURRENT
          (func (drop (block (result exnref) (global.get $e)))) | CURRENT
          (func (drop (select (result exnref) (global.get $e) (global.get $e) (i32.const 0)))) | CURRENT
          (func (throw_ref (global.get $e))) | CURRENT
          (func (try_table)) | CURRENT
          (func (try (do) (catch_all))) (func (try_table)) | MIXED
          (func (try (result exnref) (do (global.get $e)) (catch_all (global.get $e))) (drop)) | MIXED
          """)
  void encodingIsTold(String functions, ExceptionEncoding expected) {
    byte[] module =
        Pairs.assemble(
            "(type $r (func (result exnref))) (table $t 1 exnref)"
                + " (global $e (mut exnref) (ref.null exn)) "
                + functions);

    assertThat(ExceptionEncoding.of(Module.read(module))).isEqualTo(expected);
  }
}
