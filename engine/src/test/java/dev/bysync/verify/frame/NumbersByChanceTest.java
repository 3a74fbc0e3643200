package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.code.Opcodes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An operand below a call is a number, and another on another way: if it is lost and 0 is there in
 * its place, that is right by chance on one of them.
 */
final class NumbersByChanceTest {
  @ParameterizedTest
  @CsvSource({"0, 7", "7, 0"})
  void aNumberThatIsLostIsFound(int then, int otherwise) {
    PlantedFault planted =
        new PlantedFault(
            """
            (module
              (import "env" "wait" (func $wait (param i32) (result i32)))
              (memory (export "memory") 1)
              (func $inner (param $a i32) (result i32)
                (i32.add
                  (if (result i32) (local.get $a) (then (i32.const %d)) (else (i32.const %d)))
                  (call $wait (i32.const 3))))
              (table 1 funcref) (elem (i32.const 0) $inner))
            """
                .formatted(then, otherwise),
            AsyncifyOptions.defaults());
    assertThat(planted.difference(planted.good.bytes())).isNull();
    assertThat(planted.added(0, Opcodes.LOCAL_GET)) // to save it, and to have it back
        .hasSize(2)
        .allSatisfy(
            get ->
                assertThat(planted.difference(planted.faulty(get, Opcodes.I32_CONST, 0)))
                    .isNotNull());
  }
}
