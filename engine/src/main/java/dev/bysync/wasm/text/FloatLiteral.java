package dev.bysync.wasm.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers (specification 6.3.2), as bits, rounded once, to nearest, ties to even.
 *
 * <pre>
 *   float ::= sign? ( digits '.'? digits? ([eE] sign? digits)? | '0x' hex '.'? hex? ([pP] sign? digits)?
 *                   | 'inf' | 'nan' | 'nan:0x' hex )
 * </pre>
 */
final class FloatLiteral {
  private static final Format F32 = new Format(32, 23);
  private static final Format F64 = new Format(64, 52);

  /** An IEEE 754 binary format: all bits, and the bits of the fraction. */
  private record Format(int width, int fraction) {
    int bias() {
      return (1 << (width - fraction - 2)) - 1;
    }

    long infinity() {
      return ((1L << (width - fraction - 1)) - 1) << fraction;
    }
  }

  private FloatLiteral() {}

  /**
   * The bits of an f32.
   *
   * @throws NumberFormatException if the text isn't one; the message says why
   */
  static int f32(String text) {
    return (int) parse(text, F32);
  }

  /**
   * The bits of an f64.
   *
   * @throws NumberFormatException if the text isn't one; the message says why
   */
  static long f64(String text) {
    return parse(text, F64);
  }

  private static long parse(String text, Format format) {
    char first = text.charAt(0);
    int from = first == '-' || first == '+' ? 1 : 0;
    long sign = first == '-' ? 1L << (format.width - 1) : 0;
    return sign | magnitude(text.substring(from), format);
  }

  private static long magnitude(String text, Format format) {
    if (text.equals("inf")) {
      return format.infinity();
    }
    if (text.startsWith("nan")) {
      return format.infinity() | payload(text, format);
    }
    long bits = text.startsWith("0x") ? hexadecimal(text, format) : decimal(text, format);
    if (bits >= format.infinity()) {
      throw new NumberFormatException("f" + format.width + " constant out of range");
    }
    return bits;
  }

  private static long payload(String text, Format format) {
    if (text.length() == 3) {
      return 1L << (format.fraction - 1);
    }
    if (!text.startsWith("nan:0x")) {
      throw new NumberFormatException("malformed number");
    }
    long payload = IntLiteral.hexadecimal(text, 6, text.length());
    if (payload == 0 || payload >>> format.fraction != 0) {
      throw new NumberFormatException("NaN payload: f" + format.width + " constant out of range");
    }
    return payload;
  }

  private static long decimal(String text, Format format) {
    check(text, 0, 10, "eE");
    String plain = text.replace("_", "");
    return format.width == 32
        ? Float.floatToRawIntBits(Float.parseFloat(plain))
        : Double.doubleToRawLongBits(Double.parseDouble(plain));
  }

  /** Checks the grammar and returns where the exponent's letter stands, or the text's length. */
  private static int check(String text, int from, int radix, String letters) {
    int exponent = from;
    while (exponent < text.length() && letters.indexOf(text.charAt(exponent)) < 0) {
      exponent++;
    }
    int dot = text.indexOf('.');
    if (dot < 0 || dot > exponent) {
      IntLiteral.checkDigits(text, from, exponent, radix);
    } else {
      IntLiteral.checkDigits(text, from, dot, radix);
      if (dot + 1 < exponent) {
        IntLiteral.checkDigits(text, dot + 1, exponent, radix);
      }
    }
    if (exponent < text.length()) {
      int digits = exponent + 1;
      if (digits < text.length() && "+-".indexOf(text.charAt(digits)) >= 0) {
        digits++;
      }
      IntLiteral.checkDigits(text, digits, text.length(), 10);
    }
    return exponent;
  }

  /** The significand as 62 bits and a sticky bit for the digits behind; then one rounding. */
  private static long hexadecimal(String text, Format format) {
    int end = check(text, 2, 16, "pP");
    long significand = 0;
    long exponent = 0;
    boolean fraction = false;
    for (int i = 2; i < end; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        fraction = true;
      } else if (c != '_') {
        int digit = Character.digit(c, 16);
        if (significand >>> 58 == 0) {
          significand = significand << 4 | digit;
          exponent -= fraction ? 4 : 0;
        } else {
          significand |= digit == 0 ? 0 : 1;
          exponent += fraction ? 0 : 4;
        }
      }
    }
    if (significand == 0) {
      return 0;
    }
    if (end < text.length()) {
      exponent += clampedExponent(text, end + 1);
    }
    return round(significand, exponent, format);
  }

  /** An exponent; beyond 2^40 the exact value makes no difference. */
  private static long clampedExponent(String text, int from) {
    boolean negative = text.charAt(from) == '-';
    long value = 0;
    for (int i = from; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit >= 0) {
        value = Math.min(1L << 40, value * 10 + digit);
      }
    }
    return negative ? -value : value;
  }

  /** The bits nearest to {@code significand * 2^exponent}; the lowest bit may be a sticky one. */
  private static long round(long significand, long exponent, Format format) {
    int shift = Long.numberOfLeadingZeros(significand) - 1;
    long normal = significand << shift; // bit 62 is set
    long scale = exponent - shift + 62L; // the value is 1.xxx * 2^scale
    if (scale > format.bias()) {
      return format.infinity();
    }
    long drop = 62L - format.fraction;
    long biased = scale + format.bias();
    if (biased < 1) {
      drop += 1 - biased;
      biased = 0;
    }
    if (drop > 63) {
      return 0;
    }
    long kept = drop == 63 ? 0 : normal >>> drop;
    long rest = normal & ((1L << drop) - 1);
    long half = 1L << (drop - 1);
    if (rest > half || (rest == half && (kept & 1) != 0)) {
      kept++;
    }
    // A carry out of the fraction adds one to the exponent, which is right for subnormals as well.
    return biased == 0 ? kept : ((biased - 1) << format.fraction) + kept;
  }

  /** The shortest decimal form that reads back as {@code bits}, or a NaN's or infinity's. */
  static String printF32(int bits) {
    float value = Float.intBitsToFloat(bits);
    if (Float.isInfinite(value) || Float.isNaN(value)) {
      return special(bits & 0xFFFFFFFFL, F32);
    }
    return (bits < 0 ? "-" : "")
        + decimal(new BigDecimal(Math.abs((double) value)), bits & 0x7FFFFFFFL, F32);
  }

  /** The shortest decimal form that reads back as {@code bits}, or a NaN's or infinity's. */
  static String printF64(long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isInfinite(value) || Double.isNaN(value)) {
      return special(bits, F64);
    }
    return (bits < 0 ? "-" : "")
        + decimal(new BigDecimal(Math.abs(value)), bits & Long.MAX_VALUE, F64);
  }

  private static String special(long bits, Format format) {
    String sign = bits >>> (format.width - 1) != 0 ? "-" : "";
    long payload = bits & ((1L << format.fraction) - 1);
    if (payload == 0) {
      return sign + "inf";
    }
    boolean canonical = payload == 1L << (format.fraction - 1);
    return sign + (canonical ? "nan" : "nan:0x" + Long.toHexString(payload));
  }

  /** Our own, for {@code Double.toString} is not the shortest before JDK 19. */
  private static String decimal(BigDecimal exact, long bits, Format format) {
    if (exact.signum() == 0) {
      return "0";
    }
    int digits = format.width == 32 ? 9 : 17; // enough for every value
    BigDecimal shortest = exact;
    for (int precision = 1; precision <= digits; precision++) {
      shortest = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
      if (decimal(shortest.toString(), format) == bits) {
        break;
      }
    }
    shortest = shortest.stripTrailingZeros();
    int magnitude = shortest.precision() - shortest.scale();
    if (magnitude > -6 && magnitude <= 21) {
      return shortest.toPlainString();
    }
    return shortest.toString().replace("E+", "e").replace('E', 'e');
  }
}
