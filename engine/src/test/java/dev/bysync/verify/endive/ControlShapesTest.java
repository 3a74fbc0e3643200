package dev.bysync.verify.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.LoadException.Kind;
import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

/**
 * Each case computes {@code 1000 - f()} from {@code $f}'s body. The second column is what V8 gives;
 * those refused show that Endive itself gives another result, so that a later version of it which
 * is right is noticed.
 */
final class ControlShapesTest {
  private static final String FIELDS =
      """
      (global $n (mut i32) (i32.const 3))
      (func $count (result i32)
        (global.set $n (i32.sub (global.get $n) (i32.const 1))) (global.get $n))
      (tag $t (param i32))
      (table funcref (elem $four))
      (type $int (func (result i32)))
      (func $four (result i32) (i32.const 4))
      (func $two (result i32 i32) (i32.const 4) (i32.const 6))
      (func $tail (result i32 i32) %s)
      (func $f (result i32) %s)
      (func (export "t") (result i32)
        (i32.sub (i32.const 1000) (call $f)))
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (i32.const 10) (i32.const 20) (i32.const 1) (if (param i32 i32) (result i32) (then i32.add) (else i32.sub)) | 970 | with parameters
          (i32.const 10) (i32.const 20) (block (param i32 i32) (result i32) i32.add)                       | 970 | with parameters
          (i32.const 10) (i32.const 20) (loop (param i32 i32) (result i32) i32.add)                        | 970 | with parameters
          (i32.const 10) (i32.const 20) (try_table (param i32 i32) (result i32) i32.add)                   | 970 | with parameters
          (v128.const i32x4 7 0 0 0) (block (param v128) (result i32) (i32x4.extract_lane 0))              | 993 | with parameters
          (i32.const 100) (i32.const 10) (block (param i32) (result i32) (i32.const 5) (br 0)) i32.sub     | 905 | drops operands
          (i32.const 100) (i32.const 10) (block (param i32) (result i32) (i32.const 5) (br_if 0 (i32.const 1)) i32.add) i32.sub | 905 | drops operands
          (i32.const 100) (i32.const 10) (i32.const 1) (if (param i32) (result i32) (then (i32.const 5) (br 0))) i32.sub        | 905 | drops operands
          (i32.const 100) (i32.const 10) (block (param i32) (result i32) (i32.const 5) (br_table 0 0 (i32.const 0))) i32.sub    | 905 | drops operands
          (i32.const 100) (i32.const 10) (block (param i32) (result i32) (i32.const 9) (try_table (catch $t 0) (throw $t (i32.const 7))) i32.add) i32.sub | 907 | drops operands
          (i32.const 100) (i32.const 10) (loop (param i32) (result i32) (i32.const 8) (i32.const 9) (br_if 0 (call $count)) drop drop) i32.sub            | 910 | drops operands
          (loop (result i32 i32) (br_if 0 (call $count)) (i32.const 8) (i32.const 9)) i32.add              | 983 | loop with several results
          (loop (result v128) (br_if 0 (call $count)) (v128.const i32x4 7 0 0 0)) (i32x4.extract_lane 0)   | 993 | loop with several results
          (i32.const 5) (return_call $four)                                                                | 996 | tail call that drops operands
          (i32.const 5) (return_call_indirect (type $int) (i32.const 0))                                   | 996 | tail call that drops operands
          """)
  void refusesWhatTheInterpreterExecutesWrongly(String body, int right, String reason) {
    byte[] module = module("(i32.const 4) (i32.const 6)", body);

    assertThat(run(module)).isNotEqualTo(right);
    assertThatThrownBy(() -> new EndiveFactory().load(module))
        .isInstanceOfSatisfying(
            LoadException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
        .hasMessageContaining(reason)
        .hasMessageContaining("function 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (i32.const 10) (block (param i32) (result i32) (i32.add (i32.const 20)))                         | 970
          (i32.const 100) (i32.const 10) (block (param i32) (result i32) (i32.eqz) (br 0)) i32.sub         | 900
          (i32.const 100) (i32.const 10) (block (param i32) (result i32) (br_if 0 (i32.const 1))) i32.sub  | 910
          (i32.const 10) (loop (param i32) (i32.const 8) (i32.const 9) (br_if 0 (call $count)) drop drop drop) (i32.const 5) | 995
          (i32.const 100) (i32.const 10) (loop (param i32) (result i32) (i32.add (i32.const 8)) (br_if 0 (call $count))) i32.sub | 934
          (loop (result i32) (i32.const 8) (i32.const 9) (br_if 0 (call $count)) drop)                     | 992
          (loop (result i32 i32) (i32.const 8) (i32.const 9)) i32.add                                      | 983
          (block (result v128) (i32.const 3) (i32.const 4) (v128.const i32x4 7 0 0 0) (br 0)) (i32x4.extract_lane 0)  | 993
          (block (result i32 i32) (i32.const 3) (i32.const 4) (i32.const 50) (i32.const 7) (br 0)) i32.sub | 957
          (i32.const 77) (block (result i32 i32 i32) (i32.const 3) (block (result i32) (i32.const 4) (i32.const 50) (i32.const 7) (i32.const 1) (br 1)) drop (i32.const 2) (i32.const 3)) i32.sub i32.sub i32.sub | 967
          (i32.const 1) (if (result i32 i32) (then (i32.const 3) (i32.const 50) (i32.const 7) (br 0)) (else (i32.const 1) (i32.const 2))) i32.sub | 957
          (block (result i32) (i32.const 3) (i32.const 9) (try_table (catch $t 0) (i32.const 5) (throw $t (i32.const 7))) drop) | 993
          (i32.const 5) (block (i32.const 6) (i32.const 7) (return))                                       | 993
          (i32.const 5) (block (i32.const 6) (i32.const 7) (br 1))                                         | 993
          (return_call $four)                                                                              | 996
          (return_call_indirect (type $int) (i32.const 0))                                                 | 996
          (i32.const 1) (return) (block (param i32 i32) (result i32) i32.add)                              | 999
          """)
  void takesWhatTheInterpreterExecutesRightly(String body, int right) throws LoadException {
    byte[] module = module("(i32.const 4) (i32.const 6)", body);

    assertThat(run(module)).isEqualTo(right);
    assertThat(new EndiveFactory().load(module)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock = "(return_call $two) | (block (result i32) (call $tail) i32.add) | 990")
  void refusesTailCallsWithSeveralResults(String tail, String body, int right) {
    byte[] module = module(tail, body);

    assertThat(run(module)).isNotEqualTo(right);
    assertThatThrownBy(() -> new EndiveFactory().load(module))
        .hasMessageContaining("tail call where there are several results")
        .hasMessageContaining("function 3");
  }

  private static byte[] module(String tail, String body) {
    return WatReader.assemble("(module " + FIELDS.formatted(tail, body) + ")");
  }

  /** The interpreter's result, without what guards it. */
  private static int run(byte[] module) {
    return (int) Instance.builder(Parser.parse(module)).build().export("t").apply()[0];
  }
}
