package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileModulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (import "e" "f" (func)) (memory 1) (func (export "f") (loop $l (br $l)))                       | BUDGET
          (memory 1) (func (export "f") (loop $l (br $l)))                       | UNEXERCISED
          (import "e" "f" (func)) (memory 1) (func $s (loop $l (br $l))) (start $s)                      | BUDGET
          (memory 1) (func $f (export "f") (call $f))                            | UNEXERCISED
          (memory 1) (func (export "f") (unreachable))                           | UNEXERCISED
          (memory 1) (func $s (unreachable)) (start $s)                          | UNEXERCISED
          (memory 1) (func (export "f") (drop (memory.grow (i32.const 65535))))  | UNEXERCISED
          (memory 65536)                                                         | UNEXERCISED
          (memory 1) (table 4294967295 funcref)                                  | UNEXERCISED
          (import "e" "f" (func)) (memory 1) (table 1 funcref) (func (export "f") (loop $l (drop (table.grow (ref.null func) (i32.const 100000))) (br $l))) | BUDGET
          (import "e" "f" (func)) (memory 1) (func (export "f") (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l)))              | BUDGET
          (memory 1) (func (export "f") (param externref) (result externref) (local.get 0)) | UNEXERCISED
          """)
  void endsWithAVerdict(String fields, Verdict expected) {
    byte[] module = Fixtures.inert(fields);

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(expected);
    assertThat(verification.reason()).isNotEmpty();
  }

  @Test
  void missingFeatureOfTheMachineIsNamed() {
    byte[] module =
        Fixtures.assemble(
            """
            (module (type $f (func)) (type $c (cont $f)) (memory 1)
              (func (export "f") (param (ref $c)) (resume $c (local.get 0))))
            """);

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.reason()).contains("stack switching");
  }

  @Test
  void truncatedOriginalIsRejected() {
    byte[] module = Fixtures.assemble(Fixtures.ORIGINAL);
    for (int length = 0; length < module.length; length++) {
      Verification verification =
          Fixtures.verify(Arrays.copyOf(module, length), Fixtures.assemble("(module)"));

      // cut between sections it is a module still, which lacks the control functions
      assertThat(verification.verdict()).isIn(Verdict.REJECTED, Verdict.MISMATCH);
    }
  }

  @Test
  void truncatedTransformIsAMismatch() {
    byte[] original = Fixtures.assemble(Fixtures.ORIGINAL);
    byte[] module = Fixtures.assemble(Fixtures.TRANSFORMED);
    for (int length = 0; length < module.length; length += 7) {
      Verification verification = Fixtures.verify(original, Arrays.copyOf(module, length));

      assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    }
  }

  @Test
  void flippedBitsNeverThrow() {
    byte[] original = Fixtures.assemble(Fixtures.ORIGINAL);
    for (int at = 8; at < original.length; at++) {
      byte[] flipped = original.clone();
      flipped[at] ^= (byte) (1 << (at & 7));

      assertThat(Fixtures.verify(flipped, flipped).verdict())
          .as("byte %d", at)
          .isNotEqualTo(Verdict.ERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0061736D01000000" + "0105" + "FFFFFFFF0F", // types
        "0061736D01000000" + "0407" + "0170" + "00FFFFFFFF0F", // table
        "0061736D01000000" + "0507" + "0100FFFFFFFF0F", // memory
        "0061736D01000000" + "0A05" + "FFFFFFFF0F", // bodies
        "0061736D01000000" + "0105" + "01" + "60FFFFFF7F", // parameters
        "0061736D01000000" + "00FFFFFFFF0F" // custom
      })
  void hugeCountsAreRefused(String hex) {
    byte[] module = HexFormat.of().parseHex(hex);

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).isIn(Verdict.REJECTED, Verdict.UNEXERCISED);
  }

  @Test
  void hugeNumberOfLocalsIsRefused() {
    String body = "(func (export \"f\")" + " (local i32)".repeat(3) + ")";
    byte[] module = Fixtures.inert("(memory 1)" + body);

    assertThat(Fixtures.verify(module, module).verdict()).isEqualTo(Verdict.UNEXERCISED);
  }
}
