package dev.bysync.wasm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FloatLiteralTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 80000000",
    "1, 3f800000",
    "1., 3f800000",
    "1.e1, 41200000",
    "+0x1.8p1, 40400000",
    "0x1_0.8, 41840000",
    "inf, 7f800000",
    "-inf, ff800000",
    "nan, 7fc00000",
    "-nan:0x1, ff800001",
    "nan:0x7f_ffff, 7fffffff",
    // Halfway to the next f32, from either side: rounding by way of f64 would lose the last digit.
    "0x1.000001p0, 3f800000",
    "0x1.00000100000000000000000000001p0, 3f800001",
    "0x1.000002fffffffffffffffffp0, 3f800001",
    "1.00000005960464477539062500000000000000000001, 3f800001",
    "1.000000059604644775390625, 3f800000",
    // The smallest subnormal, half of it, and a bit more than half.
    "0x1p-149, 1",
    "0x1p-150, 0",
    "0x1.0000000000000001p-150, 1",
    "0x0.fffffffp-126, 800000",
    "0x1.fffffep127, 7f7fffff",
    "340282356779733661637539395458142568447.9999, 7f7fffff",
    "0x0p999999999999999999999, 0",
    "0x1p-999999999999999999999, 0",
  })
  void f32(String text, String bits) {
    assertThat(Integer.toHexString(FloatLiteral.f32(text))).isEqualTo(bits);
  }

  @ParameterizedTest
  @CsvSource({
    "0x1.00000000000008p0, 3ff0000000000000",
    "0x1.000000000000080000000000000001p0, 3ff0000000000001",
    "0x1p-1074, 1",
    "4.9406564584124654e-324, 1",
    "0x1.fffffffffffffp1023, 7fefffffffffffff",
    "nan:0xf_ffff_ffff_ffff, 7fffffffffffffff",
    "0x123456789abcdef01234, 44b23456789abcdf",
  })
  void f64(String text, String bits) {
    assertThat(Long.toHexString(FloatLiteral.f64(text))).isEqualTo(bits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1__0",
        "_1",
        "1_",
        ".5",
        "0x.8",
        "1e",
        "1e+",
        "0x",
        "0x1p",
        "1.5_",
        "1._5",
        "1x",
        "infinity",
        "nan:",
        "nan:0x",
        "nan:0x0",
        "nan:0x800000",
        "nan:1",
        "0x1.fffffffp127",
        "1e39",
        "--1",
        "+-1",
        "1e1.5",
        "0x1e+1"
      })
  void rejected(String text) {
    assertThatThrownBy(() -> FloatLiteral.f32(text)).isInstanceOf(NumberFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "80000000, -0",
    "3f800000, 1",
    "3dcccccd, 0.1",
    "4b800000, 16777216",
    "7f7fffff, 3.4028235e38",
    "1, 1e-45",
    "7fc00000, nan",
    "ff800001, -nan:0x1",
    "ff800000, -inf",
  })
  void printedF32(String bits, String text) {
    assertThat(FloatLiteral.printF32(Integer.parseUnsignedInt(bits, 16))).isEqualTo(text);
  }

  @Test
  void whatIsPrintedReadsBackTheSame() {
    long seed = 0x5EED;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 5_000; i++) {
      int single = random.nextInt();
      assertThat(FloatLiteral.f32(FloatLiteral.printF32(single)))
          .as("seed %d", seed)
          .isEqualTo(single);
      long bits = random.nextLong();
      assertThat(FloatLiteral.f64(FloatLiteral.printF64(bits))).as("seed %d", seed).isEqualTo(bits);
      // Our own reading of hexadecimal digits against Java's.
      double value = Double.longBitsToDouble(bits & ~(1L << 62));
      String hex = Double.toHexString(value);
      assertThat(FloatLiteral.f64(hex)).as(hex).isEqualTo(Double.doubleToRawLongBits(value));
      float narrow = (float) random.nextDouble();
      String narrowHex = Float.toHexString(narrow);
      assertThat(FloatLiteral.f32(narrowHex))
          .as(narrowHex)
          .isEqualTo(Float.floatToRawIntBits(narrow));
    }
  }
}
