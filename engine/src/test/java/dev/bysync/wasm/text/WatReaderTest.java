package dev.bysync.wasm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.module.Module;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WatReaderTest {
  private static final String HEADER = "0061736d01000000";

  private static String hex(String text) {
    return HexFormat.of().formatHex(WatReader.assemble(text));
  }

  /** The bytes of the code section of a module that consists of one function with this body. */
  private static String body(String instructions) {
    String module = hex("(module (func " + instructions + "))");
    String head = HEADER + "01040160000003020100" + "0a";
    assertThat(module).startsWith(HEADER + "010401600000" + "03020100" + "0a");
    return module.substring(head.length() + 8, module.length() - 2);
  }

  @Test
  void addsTwoNumbers() {
    String expected =
        HEADER
            + "0107016002"
            + "7f7f017f"
            + "03020100"
            + "0707010361646400000a09010700200020016a0b";
    assertThat(
            hex(
                """
                (module
                  (func $add (export "add") (param $a i32) (param $b i32) (result i32)
                    (i32.add (local.get $a) (local.get $b))))
                """))
        .isEqualTo(expected);
    assertThat(
            hex(
                """
                (type (func (param i32 i32) (result i32)))
                (func (type 0) local.get 0 local.get 1 i32.add)
                (export "add" (func 0))
                """))
        .isEqualTo(expected);
  }

  @Test
  void emptyModules() {
    assertThat(hex("")).isEqualTo(HEADER);
    assertThat(hex("(module)")).isEqualTo(HEADER);
    assertThat(hex("(module $m (@note (x \")\" ;; )\n)) (; (; nested ;) ;))")).isEqualTo(HEADER);
  }

  @Test
  void foldedAndPlainFormsAgree() {
    assertThat(body("(if (i32.const 1) (then (nop)) (else (unreachable)))"))
        .isEqualTo(body("i32.const 1 if nop else unreachable end"))
        .isEqualTo("4101" + "0440" + "01" + "05" + "00" + "0b");
    assertThat(body("(block $a (loop $b (br_if $a (i32.const 0)) (br $b)))"))
        .isEqualTo(body("block $a loop $b i32.const 0 br_if $a br $b end $b end $a"))
        .isEqualTo("0240" + "0340" + "4100" + "0d01" + "0c00" + "0b" + "0b");
  }

  @Test
  void conditionsStandOutsideOfTheirLabel() {
    assertThat(body("(block $x (if $x (block (br $x) (unreachable)) (then (br $x))))"))
        .startsWith("0240" + "0240" + "0c01");
  }

  @Test
  void legacyExceptions() {
    String plain =
        "try $t try nop delegate $t catch 0 rethrow $t catch_all nop end (throw 0)"
            .replace("0", "$e");
    String module = hex("(tag $e) (func " + plain + ")");
    assertThat(module)
        .endsWith(
            "0640" + "0640" + "01" + "1800" + "0700" + "0900" + "19" + "01" + "0b" + "08000b");
    String folded =
        "(try $t (do (try (do nop) (delegate $t))) (catch $e (rethrow $t)) (catch_all nop)) (throw $e)";
    assertThat(hex("(tag $e) (func " + folded + ")")).isEqualTo(module);
  }

  @Test
  void tryTableSeesOuterLabels() {
    String module =
        hex(
            "(tag $e) (func (block $out (try_table $in (catch $e $out) (catch_all $out) (br $in))))");
    assertThat(module).endsWith("0240" + "1f40" + "02" + "000000" + "0200" + "0c00" + "0b0b0b");
  }

  @Test
  void impliedTypesComeBehindDefinedOnesInOrderOfUse() {
    Module module =
        Module.read(
            WatReader.assemble(
                """
                (module
                  (import "a" "b" (func (param i64)))
                  (import "c" "d" (func (param f32)))
                  (func (block (param i32) (result i32 i32) (unreachable)))
                  (type $late (func (param f32))))
                """));
    assertThat(module.functionType(0)).isEqualTo(1);
    assertThat(module.functionType(1)).isZero();
    assertThat(module.functionType(2)).isEqualTo(2);
    assertThat(module.types().size()).isEqualTo(4);
    assertThat(module.types().resultCount(3)).isEqualTo(2);
  }

  @Test
  void memoryArguments() {
    String plain =
        hex("(memory 1) (memory 1) (func (drop (i32.load offset=8 align=2 (i32.const 0))))");
    assertThat(plain).endsWith("4100" + "280108" + "1a0b");
    String second = hex("(memory 1) (memory $m 1) (func (drop (i64.load8_u $m (i32.const 0))))");
    assertThat(second).endsWith("4100" + "31400100" + "1a0b");
    String lane =
        "(memory 1) (memory $m 1) (func (param v128) (v128.store16_lane %s (i32.const 0) (local.get 0)))";
    assertThat(hex(lane.formatted("1 offset=4 7"))).isEqualTo(hex(lane.formatted("$m offset=4 7")));
    assertThat(hex(lane.formatted("1 7"))).endsWith("fd59" + "41010007" + "0b");
    assertThat(hex(lane.formatted("7"))).endsWith("fd59" + "010007" + "0b");
  }

  @Test
  void namesAreWrittenOnDemand() {
    byte[] bytes = WatReader.assemble("(module $m (func $f (param $p i32)))", DebugNames.WRITE);
    assertThat(HexFormat.of().formatHex(bytes))
        .endsWith(
            "00" + "17" + "046e616d65" + "0002016d" + "0104010001" + "66" + "0206010001000170");
  }

  @Test
  void nestingCostsNoStack() {
    int depth = 100_000;
    String folded = "(block ".repeat(depth) + ")".repeat(depth);
    String plain = "block ".repeat(depth) + "end ".repeat(depth);
    assertThat(WatReader.assemble("(func " + folded + ")"))
        .isEqualTo(WatReader.assemble("(func " + plain + ")"));
    String operands = "(i32.eqz ".repeat(depth) + "(i32.const 0)" + ")".repeat(depth);
    assertThat(WatReader.assemble("(func (result i32) " + operands + ")"))
        .hasSizeGreaterThan(depth);
    assertThat(WatReader.assemble("(@a ".repeat(depth) + ")".repeat(depth))).hasSize(8);
    assertThat(WatReader.assemble("(; ".repeat(depth) + ";)".repeat(depth))).hasSize(8);
    assertThatThrownBy(() -> WatReader.assemble("(".repeat(depth)))
        .isInstanceOf(WatException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "(func (i32.cnst 0)) | 1 | 8 | unknown operator i32.cnst",
        "(func (call $f)) | 1 | 13 | unknown function $f",
        "(func (local.get $x)) | 1 | 18 | unknown local $x",
        "(func (br $l)) | 1 | 11 | unknown label $l",
        "(func $f) (func $f) | 1 | 17 | duplicate function $f",
        "(func (i32.const 4294967296)) | 1 | 18 | i32 constant out of range",
        "(func (i32.const -2147483649)) | 1 | 18 | i32 constant out of range",
        "(func (i32.const 1__0)) | 1 | 18 | malformed number",
        "(func (f32.const 1e39)) | 1 | 18 | f32 constant out of range",
        "(memory 1) (func (drop (i32.load align=3 (i32.const 0)))) | 1 | 34 | power of two",
        "(func block) | 1 | 12 | expected end of the block opened on line 1",
        "(func block $a end $b) | 1 | 20 | mismatching label",
        "(func (if (i32.const 0))) | 1 | 24 | expected (then",
        "(func (i32.eqz i32.const 0)) | 1 | 16 | expected a folded instruction",
        "(func) (import `` `` (func)) | 1 | 8 | import after function",
        "(start 0) (start 0) (func) | 1 | 12 | multiple start sections",
        "(func (type 0) (param i32)) (type (func)) | 1 | 7 | inline function type",
        "(data `\\zz`) | 1 | 8 | unknown escape",
        "(import `\\ff` `` (func)) | 1 | 9 | malformed UTF-8",
        "(func ) ) | 1 | 9 | closing parenthesis",
        "(func | 1 | 1 | unclosed parenthesis",
        "(module) (module) | 1 | 10 | expected the end",
        "(data `a``b`) | 1 | 7 | expected a string",
        "(func end) | 1 | 7 | expected an instruction",
      })
  void errorsNamePlaceAndCause(String text, int line, int column, String cause) {
    assertThatThrownBy(() -> WatReader.assemble(text.replace('`', '"')))
        .isInstanceOfSatisfying(
            WatException.class,
            e -> {
              assertThat(e).hasMessageContaining(cause);
              assertThat(e.line()).isEqualTo(line);
              assertThat(e.column()).isEqualTo(column);
            });
  }

  @Test
  void columnsCountCharacters() {
    assertThatThrownBy(() -> WatReader.assemble("(module\r\n  (; \uD83D\uDE00 ;) oops)"))
        .isInstanceOf(WatException.class)
        .hasMessageStartingWith("line 2, column 11: ");
  }
}
