package dev.bysync.wasm.text;

/**
 * Integers (specification 6.3.1): decimal or {@code 0x} hexadecimal, with single underscores
 * between digits. Values come back as bits.
 */
final class IntLiteral {
  private IntLiteral() {}

  /**
   * An unsigned integer of at most {@code bits} bits.
   *
   * @throws NumberFormatException if it isn't one; the message says why
   */
  static long unsigned(String text, int bits) {
    long value = magnitude(text, 0);
    if (bits < 64 && value >>> bits != 0) {
      throw outOfRange(bits);
    }
    return value;
  }

  /**
   * An integer of {@code bits} bits, -2^(bits-1) to 2^bits-1, sign-extended to 64 bits.
   *
   * @throws NumberFormatException if it isn't one; the message says why
   */
  static long any(String text, int bits) {
    char first = text.charAt(0);
    long value = magnitude(text, first == '-' || first == '+' ? 1 : 0);
    if (first == '-') {
      // Magnitudes are unsigned: that of the smallest i64 is Long.MIN_VALUE.
      if (Long.compareUnsigned(value, 1L << (bits - 1)) > 0) {
        throw outOfRange(bits);
      }
      return -value;
    }
    if (bits < 64 && value >>> bits != 0) {
      throw outOfRange(bits);
    }
    return value << (64 - bits) >> (64 - bits);
  }

  private static NumberFormatException outOfRange(int bits) {
    return new NumberFormatException("i" + bits + " constant out of range");
  }

  private static long magnitude(String text, int from) {
    if (text.startsWith("0x", from)) {
      return hexadecimal(text, from + 2, text.length());
    }
    return digits(text, from, text.length(), 10);
  }

  /** Hexadecimal digits in {@code text[from, to)} as an unsigned number of 64 bits. */
  static long hexadecimal(String text, int from, int to) {
    return digits(text, from, to, 16);
  }

  private static long digits(String text, int from, int to, int radix) {
    checkDigits(text, from, to, radix);
    long limit = Long.divideUnsigned(-1L, radix);
    long value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '_') {
        continue;
      }
      int digit = Character.digit(c, radix);
      if (Long.compareUnsigned(value, limit) > 0) {
        throw outOfRange(64);
      }
      long shifted = value * radix;
      value = shifted + digit;
      if (Long.compareUnsigned(value, shifted) < 0) {
        throw outOfRange(64);
      }
    }
    return value;
  }

  /**
   * Checks that {@code text[from, to)} is digits with single underscores between them.
   *
   * @throws NumberFormatException if not
   */
  static void checkDigits(String text, int from, int to, int radix) {
    boolean digit = false;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '_') {
        if (!digit) {
          throw new NumberFormatException("malformed number");
        }
        digit = false;
      } else if (c < 0x7F && Character.digit(c, radix) >= 0) {
        digit = true;
      } else {
        throw new NumberFormatException("malformed number");
      }
    }
    if (!digit) {
      throw new NumberFormatException("malformed number");
    }
  }
}
