package dev.bysync.interp;

/** Vector instructions on floating-point numbers. NaNs that arithmetic makes are canonical. */
final class VectorFloats {
  private VectorFloats() {}

  static boolean has(int number) {
    return (number >= 0x41 && number <= 0x4C)
        || number == 0x5E
        || number == 0x5F
        || (number >= 0x67 && number <= 0x6A)
        || number == 0x74
        || number == 0x75
        || number == 0x7A
        || number == 0x94
        || number >= 0xE0;
  }

  static void execute(int number, long[] s, int d, int a, int b) {
    switch (number) {
      case 0x5E -> {
        long low = demote(s[a]);
        s[d] = low | (demote(s[a + 1]) << 32);
        s[d + 1] = 0;
      }
      case 0x5F -> widen(s, d, promote(s[a]), promote(s[a] >>> 32));
      case 0xF8, 0xF9 -> {
        boolean signed = number == 0xF8;
        long low = truncated(s[a], signed) | (truncated(s[a] >>> 32, signed) << 32);
        s[d + 1] = truncated(s[a + 1], signed) | (truncated(s[a + 1] >>> 32, signed) << 32);
        s[d] = low;
      }
      case 0xFA, 0xFB -> {
        boolean signed = number == 0xFA;
        long low = single(s[a], signed) | (single(s[a] >>> 32, signed) << 32);
        s[d + 1] = single(s[a + 1], signed) | (single(s[a + 1] >>> 32, signed) << 32);
        s[d] = low;
      }
      case 0xFC, 0xFD -> {
        boolean signed = number == 0xFC;
        s[d] = truncatedWide(s[a], signed) | (truncatedWide(s[a + 1], signed) << 32);
        s[d + 1] = 0;
      }
      case 0xFE -> widen(s, d, (int) s[a], (int) (s[a] >>> 32));
      case 0xFF -> widen(s, d, (double) (s[a] & 0xFFFFFFFFL), (double) (s[a] >>> 32));
      default -> {
        boolean wide = isWide(number);
        long low = half(number, wide, s[a], s[b]);
        s[d + 1] = half(number, wide, s[a + 1], s[b + 1]);
        s[d] = low;
      }
    }
  }

  private static boolean isWide(int number) {
    return switch (number) {
      case 0x74, 0x75, 0x7A, 0x94 -> true;
      default -> (number >= 0x47 && number <= 0x4C) || number >= 0xEC;
    };
  }

  private static void widen(long[] s, int d, double low, double high) {
    s[d] = Double.doubleToLongBits(low);
    s[d + 1] = Double.doubleToLongBits(high);
  }

  private static double promote(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static long demote(long bits) {
    return Float.floatToIntBits((float) Double.longBitsToDouble(bits)) & 0xFFFFFFFFL;
  }

  private static long truncated(long bits, boolean signed) {
    float x = Float.intBitsToFloat((int) bits);
    return (signed ? (int) x : FloatOps.saturateU32(x)) & 0xFFFFFFFFL;
  }

  private static long truncatedWide(long bits, boolean signed) {
    double x = Double.longBitsToDouble(bits);
    return (signed ? (int) x : FloatOps.saturateU32(x)) & 0xFFFFFFFFL;
  }

  private static long single(long bits, boolean signed) {
    float x = signed ? (float) (int) bits : (float) (bits & 0xFFFFFFFFL);
    return Float.floatToRawIntBits(x) & 0xFFFFFFFFL;
  }

  private static long half(int number, boolean wide, long a, long b) {
    if (wide) {
      return lane64(number, a, b);
    }
    return (lane32(number, (int) a, (int) b) & 0xFFFFFFFFL)
        | ((long) lane32(number, (int) (a >>> 32), (int) (b >>> 32)) << 32);
  }

  private static int lane32(int number, int a, int b) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    return switch (number) {
      case 0x41 -> x == y ? -1 : 0;
      case 0x42 -> x != y ? -1 : 0;
      case 0x43 -> x < y ? -1 : 0;
      case 0x44 -> x > y ? -1 : 0;
      case 0x45 -> x <= y ? -1 : 0;
      case 0x46 -> x >= y ? -1 : 0;
      case 0xE0 -> a & Integer.MAX_VALUE;
      case 0xE1 -> a ^ Integer.MIN_VALUE;
      case 0xEA -> y < x ? b : a;
      case 0xEB -> x < y ? b : a;
      default -> Float.floatToIntBits(arithmetic(number, x, y));
    };
  }

  private static float arithmetic(int number, float x, float y) {
    return switch (number) {
      case 0x67 -> (float) Math.ceil(x);
      case 0x68 -> (float) Math.floor(x);
      case 0x69 -> (float) FloatOps.truncate(x);
      case 0x6A -> (float) Math.rint(x);
      case 0xE3 -> (float) Math.sqrt(x);
      case 0xE4 -> x + y;
      case 0xE5 -> x - y;
      case 0xE6 -> x * y;
      case 0xE7 -> x / y;
      case 0xE8 -> Math.min(x, y);
      default -> Math.max(x, y);
    };
  }

  private static long lane64(int number, long a, long b) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    return switch (number) {
      case 0x47 -> x == y ? -1 : 0;
      case 0x48 -> x != y ? -1 : 0;
      case 0x49 -> x < y ? -1 : 0;
      case 0x4A -> x > y ? -1 : 0;
      case 0x4B -> x <= y ? -1 : 0;
      case 0x4C -> x >= y ? -1 : 0;
      case 0xEC -> a & Long.MAX_VALUE;
      case 0xED -> a ^ Long.MIN_VALUE;
      case 0xF6 -> y < x ? b : a;
      case 0xF7 -> x < y ? b : a;
      default -> Double.doubleToLongBits(arithmetic(number, x, y));
    };
  }

  private static double arithmetic(int number, double x, double y) {
    return switch (number) {
      case 0x74 -> Math.ceil(x);
      case 0x75 -> Math.floor(x);
      case 0x7A -> FloatOps.truncate(x);
      case 0x94 -> Math.rint(x);
      case 0xEF -> Math.sqrt(x);
      case 0xF0 -> x + y;
      case 0xF1 -> x - y;
      case 0xF2 -> x * y;
      case 0xF3 -> x / y;
      case 0xF4 -> Math.min(x, y);
      default -> Math.max(x, y);
    };
  }

  /** relaxed_madd and relaxed_nmadd, with a rounding after the product. */
  static void multiplyAdd(boolean wide, boolean negated, long[] s, int d, int a, int b, int c) {
    for (int i = 0; i < 2; i++) {
      long product = half(wide ? 0xF2 : 0xE6, wide, negate(negated, wide, s[a + i]), s[b + i]);
      s[d + i] = half(wide ? 0xF0 : 0xE4, wide, product, s[c + i]);
    }
  }

  private static long negate(boolean negated, boolean wide, long half) {
    if (!negated) {
      return half;
    }
    return half ^ (wide ? Long.MIN_VALUE : 0x8000000080000000L);
  }
}
