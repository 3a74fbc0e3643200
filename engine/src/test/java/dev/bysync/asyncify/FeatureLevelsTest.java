package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is added keeps to the version of the specification that was asked for, and works. */
class FeatureLevelsTest {
  private static final AsyncifyOptions PLAIN =
      AsyncifyOptions.defaults().withLevel(FeatureLevel.V1_0);

  /** Fixtures with operands or results below a call that 1.0 has no values for. */
  private static final Set<String> NEED_2 =
      Set.of(
          "multi-value.wat",
          "operand-types.wat",
          "references.wat",
          "references-live.wat",
          "references-loop.wat");

  private static final Set<String> NEED_3 = Set.of("exceptions-live.wat");

  static Stream<Arguments> fixturesAtLevels() {
    return Resources.names(".").stream()
        .flatMap(
            name ->
                Stream.of(FeatureLevel.V1_0, FeatureLevel.V2_0)
                    .map(level -> Arguments.of(name, level)));
  }

  private static FeatureLevel needed(String fixture) {
    return NEED_3.contains(fixture)
        ? FeatureLevel.V3_0
        : NEED_2.contains(fixture) ? FeatureLevel.V2_0 : FeatureLevel.V1_0;
  }

  @ParameterizedTest
  @MethodSource("fixturesAtLevels")
  void everyFixtureSuspendsAtEverySiteAndKeepsToItsLevel(String name, FeatureLevel level) {
    byte[] original = Pairs.assemble(Resources.read(name));
    AsyncifyOptions options = AsyncifyOptions.defaults().withLevel(level);
    if (level.compareTo(needed(name)) < 0) {
      assertThatCode(() -> Asyncify.transform(original, options))
          .isInstanceOf(WasmException.class)
          .hasMessageContaining("needs feature level " + needed(name));
      return;
    }
    assertAdditionsKeepTo(level, original, Pairs.assertVerified(original, options).bytes());
  }

  private static void assertAdditionsKeepTo(FeatureLevel level, byte[] before, byte[] after) {
    Map<String, Integer> had = UsedFeatures.above(level, before);
    Map<String, Integer> has = UsedFeatures.above(level, after);
    assertThat(had.keySet()).containsAll(has.keySet());
    has.forEach(
        (feature, uses) -> {
          if (!feature.equals(UsedFeatures.SEVERAL_RESULTS)) { // blocks that are opened elsewhere
            assertThat(uses).as(feature).isLessThanOrEqualTo(had.get(feature));
          }
        });
  }

  /** Operands of every kind below and among the arguments, to internal and imported callees. */
  @Test
  void operandsPassAResumeLabelInLocals() {
    byte[] original =
        Pairs.assemble(
            """
            (import "env" "get" (func $get (param i32 i64 f64) (result i32)))
            (memory (export "memory") 1)
            (func $inner (param i32 f32 i64) (result i32)
              (i32.add (local.get 0) (call $get (local.get 0) (local.get 2) (f64.const 2))))
            (func (export "run") (param $x i32) (result i32)
              (i32.load (i32.const 4))
              (local.get $x)
              (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 3)))
              (local.set $x (i32.const 9))
              (i32.mul (i32.load (i32.const 4)) (i32.const 5))
              (i32.load (i32.const 8))
              (f32.load (i32.const 12))
              (i64.load (i32.const 16))
              call $inner
              (i64.extend_i32_s (i32.load (i32.const 4)))
              (f64.convert_i32_s (i32.load (i32.const 4)))
              call $get
              i32.sub
              i32.xor
              i32.sub)
            """);
    Transformed transformed = Pairs.assertVerified(original, PLAIN);
    assertThat(transformed.sites().size()).isEqualTo(3);
    assertThat(UsedFeatures.above(FeatureLevel.V1_0, transformed.bytes())).isEmpty();
    // the check would see it if it were not so
    assertThat(UsedFeatures.above(FeatureLevel.V1_0, Pairs.transform(original).bytes()))
        .containsOnlyKeys(UsedFeatures.SEVERAL_RESULTS);
  }

  @Test
  void splitBodiesKeepToTheLevel() {
    byte[] original = Pairs.assemble(Resources.read("interpreter.wat"));
    Transformed transformed = Pairs.assertVerified(original, PLAIN.withSplitAbove(0));
    assertThat(UsedFeatures.above(FeatureLevel.V1_0, transformed.bytes())).isEmpty();
  }

  @Test
  void levelsAboveWhatIsNeededChangeNothingButTheRecord() {
    AsyncifyOptions silent =
        AsyncifyOptions.defaults().withRecording(AsyncifyOptions.Recording.NOTHING);
    for (String name : Resources.names(".")) {
      byte[] original = Pairs.assemble(Resources.read(name));
      if (needed(name) != FeatureLevel.V3_0) {
        assertThat(Asyncify.transform(original, silent.withLevel(FeatureLevel.V2_0)).bytes())
            .as(name)
            .isEqualTo(Asyncify.transform(original, silent).bytes());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.0 | 2.0 | of type externref | (func (param externref) (result externref) (call $f) (local.get 0))
          1.0 | 2.0 | of type externref | (func (result externref) (call $f) (unreachable))
          1.0 | 2.0 | of type externref | (func $g (param externref) (call $f)) (func (result externref) (call $g (table.get $t (i32.const 0))) (unreachable))
          1.0 | 2.0 | of type v128 | (func (param v128) (result v128) (call $f) (local.get 0))
          2.0 | 3.0 | a tail call that may suspend | (func (return_call $f))
          1.0 | 3.0 | a tail call that may suspend | (func (return_call $f))
          2.0 | 3.0 | of type (ref null 0) | (type $s (func)) (func (param (ref null $s)) (result (ref null $s)) (call $f) (local.get 0))
          2.0 | 3.0 | of type anyref | (func (param anyref) (result anyref) (call $f) (local.get 0))
          2.0 | 3.0 | of type (ref func) | (func (param (ref func)) (result (ref func)) (call $f) (local.get 0))
          2.0 | 3.0 | without null | (func (param (ref extern)) (result i32) (local $x (ref extern)) (local.set $x (local.get 0)) (call $f) (drop (local.get $x)) (i32.const 1))
          """)
  void whatALevelLacksIsRefusedByNameFunctionAndLevel(
      String level, String needed, String what, String fields) {
    byte[] original =
        Pairs.assemble(
            "(import \"env\" \"f\" (func $f)) (memory 1) (table $t 1 externref)" + fields);
    WasmException refusal =
        catchThrowableOfType(
            WasmException.class,
            () ->
                Asyncify.transform(
                    original, AsyncifyOptions.defaults().withLevel(FeatureLevel.of(level))));
    assertThat(refusal.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(refusal)
        .hasMessageContaining(what)
        .hasMessageContaining("needs feature level " + needed + ", and " + level)
        .hasMessageContaining("in function");
    assertThatCode(
            () ->
                Asyncify.transform(
                    original, AsyncifyOptions.defaults().withLevel(FeatureLevel.of(needed))))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(
      value = FeatureLevel.class,
      names = {"V1_0", "V2_0"})
  void aSecondMemoryIsRefusedBesideTheFirstOnly(FeatureLevel level) {
    AsyncifyOptions options =
        AsyncifyOptions.defaults().withLevel(level).withMemory(FrameMemory.secondary(1));
    String code = "(import \"env\" \"f\" (func $f)) (func (export \"run\") call $f)";
    assertThatCode(() -> Asyncify.transform(Pairs.assemble(code + "(memory 1)"), options))
        .hasMessageContaining("a memory beside the module's own needs feature level 3.0");
    byte[] alone = Pairs.assemble(code);
    assertAdditionsKeepTo(level, alone, Asyncify.transform(alone, options).bytes());
  }

  /** A module of 1.0 is one afterwards, by Binaryen's validator with all features switched off. */
  @Test
  void binaryenTakesTheOutputAsAModuleWithoutExtensions(@TempDir Path folder) throws Exception {
    WasmOpt wasmOpt = WasmOpt.required();
    for (String name : List.of("loops.wat", "recursion.wat", "if-else.wat", "indirect.wat")) {
      byte[] original = Pairs.assemble(Resources.read(name));
      List<String> flags = List.of("--mvp-features", "--enable-mutable-globals");
      assertThat(wasmOpt.run(folder, original, flags).exitCode()).as(name).isZero();
      byte[] transformed = Asyncify.transform(original, PLAIN).bytes();
      WasmOpt.Result result = wasmOpt.run(folder, transformed, flags);
      assertThat(result.exitCode()).as(name + ": " + result.text()).isZero();
    }
  }
}
