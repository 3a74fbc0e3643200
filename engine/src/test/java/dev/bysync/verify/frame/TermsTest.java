package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.code.Opcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers are computed as the specification says, terms are named by how they were made. */
final class TermsTest {
  private static final long A = Terms.term(Terms.mix(1));
  private static final long B = Terms.term(Terms.mix(2));

  @ParameterizedTest
  @CsvSource({
    "0x6A, 2147483647, 1, -2147483648", // i32.add wraps
    "0x6B, 3, 5, -2",
    "0x6C, 65536, 65536, 0",
    "0x74, 1, 33, 2", // a shift counts modulo 32
    "0x75, -8, 1, -4",
    "0x76, -8, 28, 15",
    "0x48, -1, 1, 1", // i32.lt_s
    "0x49, -1, 1, 0", // i32.lt_u
    "0x4F, -1, 1, 1", // i32.ge_u
    "0x7C, 4294967295, 1, 4294967296", // i64.add
    "0x54, -1, 1, 0" // i64.lt_u
  })
  void numbersAreComputed(String opcode, long a, long b, long result) {
    assertThat(Terms.binary(Integer.decode(opcode), 0, a, b)).isEqualTo(result);
  }

  @Test
  void sumsOfLargeNumbersAreTerms() {
    assertThat(Terms.isNumber(Terms.binary(Opcodes.I64_ADD, 0, Long.MAX_VALUE >> 1, 5))).isFalse();
    assertThat(Terms.isNumber(Terms.number(1L << 62))).isFalse();
    assertThat(Terms.number(-1)).isEqualTo(-1);
  }

  @Test
  void termsTellWhatMadeThem() {
    long sum = Terms.binary(Opcodes.I32_ADD, Opcodes.I32_ADD, A, B);
    assertThat(sum).isEqualTo(Terms.binary(Opcodes.I32_ADD, Opcodes.I32_ADD, A, B));
    assertThat(sum).isNotEqualTo(Terms.binary(Opcodes.I32_ADD, Opcodes.I32_ADD, B, A));
    assertThat(sum).isNotEqualTo(Terms.binary(Opcodes.I32_SUB, Opcodes.I32_SUB, A, B));
    assertThat(Terms.isNumber(sum)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0x46, 0x47",
    "0x48, 0x4E",
    "0x49, 0x4F",
    "0x4A, 0x4C",
    "0x4B, 0x4D",
    "0x53, 0x59",
    "0x55, 0x57"
  })
  void aComparisonAndItsContraryAreNegations(String comparison, String contrary) {
    long plain = Terms.binary(Integer.decode(comparison), 0, A, B);
    long other = Terms.binary(Integer.decode(contrary), 0, A, B);
    assertThat(Terms.not(other)).isEqualTo(plain);
    assertThat(Terms.unary(Opcodes.I32_EQZ, 0, other)).isEqualTo(plain);
    assertThat(Terms.isNotZero(plain)).isEqualTo(plain);
  }

  @Test
  void whatIsNotZeroIsTheNegationOfItsTest() {
    assertThat(Terms.not(Terms.unary(Opcodes.I32_EQZ, 0, A))).isEqualTo(Terms.isNotZero(A));
    assertThat(Terms.isNotZero(7)).isEqualTo(1);
    assertThat(Terms.isNotZero(0)).isZero();
  }
}
