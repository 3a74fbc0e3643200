package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can't be transformed is refused by name and place, never transformed wrongly. */
final class UnsupportedTest {
  private static WasmException refusal(String fields) {
    return catchThrowableOfType(WasmException.class, () -> Pairs.transform(Pairs.assemble(fields)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (memory 1) (func (result (ref none)) (call $f) (unreachable)) | a result of type (ref none), of which no value can be made
          (memory 1) (type $t (struct (field (ref $t)))) (func (result (ref $t)) (call $f) (unreachable)) | a result of type (ref 0), of which no value can be made
          (memory 1) (func (result (ref exn)) (call $f) (unreachable)) (func (try (do) (catch_all))) | a result of type (ref exn), of which no value can be made beside legacy exceptions
          """)
  void featureFunctionAndOffsetAreNamed(String fields, String feature) {
    WasmException refusal = refusal("(import \"env\" \"f\" (func $f)) " + fields);

    assertThat(refusal.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(refusal).hasMessageContaining(feature);
    assertThat(refusal.function()).isPositive();
    assertThat(refusal.offset()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (func $g (param externref) (result externref) (call $h) (local.get 0)) (func $h)
          (func $g (return_call $h)) (func $h)
          (func $g (try (do (nop)) (catch_all (call $h)))) (func $h)
          (func $g (result (ref $t)) (ref.func $h)) (type $t (func)) (elem declare func $h) (func $h)
          """)
  void featureIsFineWhereNothingSuspends(String fields) {
    Transformed transformed =
        Pairs.transform(
            Pairs.assemble(
                "(import \"env\" \"f\" (func $f)) (memory 1) (func (export \"run\") (call $f))"
                    + fields));

    Pairs.assertValid(transformed.bytes());
    assertThat(transformed.instrumentedFunctions()).isEqualTo(1);
  }

  @Test
  void asyncifiedModuleIsRefused() {
    byte[] once = Pairs.transform(Pairs.assemble(Resources.read("recursion.wat"))).bytes();

    WasmException refusal = catchThrowableOfType(WasmException.class, () -> Pairs.transform(once));

    assertThat(refusal.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(refusal).hasMessageContaining("it is asyncified");
  }

  @Test
  void severalMemoriesAreRefused() {
    WasmException refusal = refusal("(memory 1) (memory 1)");

    assertThat(refusal.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(refusal).hasMessageContaining("2 memories");
  }

  @Test
  void unknownControlImportIsInvalid() {
    WasmException refusal = refusal("(import \"asyncify\" \"start\" (func)) (memory 1)");

    assertThat(refusal.failure()).isEqualTo(Failure.INVALID);
    assertThat(refusal).hasMessageContaining("asyncify.start is none of");
  }

  @Test
  void componentIsRefused() {
    byte[] component = {0, 'a', 's', 'm', 0x0D, 0, 1, 0};

    WasmException refusal =
        catchThrowableOfType(WasmException.class, () -> Pairs.transform(component));

    assertThat(refusal.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(refusal).hasMessageContaining("component");
  }
}
