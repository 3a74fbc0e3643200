package dev.bysync.interp;

/**
 * Floating-point operations outside of the loop. NaNs that arithmetic makes are canonical; {@code
 * abs}, {@code neg} and {@code copysign} work on bits (specification 4.3.3).
 */
final class FloatOps {
  private static final int SIGN32 = Integer.MIN_VALUE;
  private static final long SIGN64 = Long.MIN_VALUE;

  private FloatOps() {}

  /** f32.abs (0x8B) to f64.copysign (0xA6), but for what the loop does itself. */
  static void execute(int opcode, long[] s, int d, int a, int b) {
    switch (opcode) {
      case 0x8B -> s[d] = (int) s[a] & Integer.MAX_VALUE;
      case 0x8C -> s[d] = (int) s[a] ^ SIGN32;
      case 0x98 -> s[d] = ((int) s[a] & Integer.MAX_VALUE) | ((int) s[b] & SIGN32);
      case 0x99 -> s[d] = s[a] & Long.MAX_VALUE;
      case 0x9A -> s[d] = s[a] ^ SIGN64;
      case 0xA6 -> s[d] = (s[a] & Long.MAX_VALUE) | (s[b] & SIGN64);
      default -> {
        if (opcode < 0x99) {
          float x = Float.intBitsToFloat((int) s[a]);
          s[d] = Float.floatToIntBits(single(opcode, x, (int) s[b]));
        } else {
          double x = Double.longBitsToDouble(s[a]);
          s[d] = Double.doubleToLongBits(wide(opcode, x, s[b]));
        }
      }
    }
  }

  private static float single(int opcode, float x, int bits) {
    return switch (opcode) {
      case 0x8D -> (float) Math.ceil(x);
      case 0x8E -> (float) Math.floor(x);
      case 0x8F -> (float) truncate(x);
      case 0x90 -> (float) Math.rint(x);
      case 0x91 -> (float) Math.sqrt(x);
      case 0x96 -> Math.min(x, Float.intBitsToFloat(bits));
      default -> Math.max(x, Float.intBitsToFloat(bits));
    };
  }

  private static double wide(int opcode, double x, long bits) {
    return switch (opcode) {
      case 0x9B -> Math.ceil(x);
      case 0x9C -> Math.floor(x);
      case 0x9D -> truncate(x);
      case 0x9E -> Math.rint(x);
      case 0x9F -> Math.sqrt(x);
      case 0xA4 -> Math.min(x, Double.longBitsToDouble(bits));
      default -> Math.max(x, Double.longBitsToDouble(bits));
    };
  }

  static double truncate(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  /** Conversions: i32.trunc_f32_s (0xA8) to f64.promote_f32 (0xBB), but for the loop's. */
  static void convert(int opcode, long[] s, int d, int a) {
    switch (opcode) {
      case 0xA8, 0xA9, 0xAE, 0xAF -> s[d] = trap(opcode, Float.intBitsToFloat((int) s[a]));
      case 0xAA, 0xAB, 0xB0, 0xB1 -> s[d] = trap(opcode, Double.longBitsToDouble(s[a]));
      case 0xB2 -> s[d] = Float.floatToRawIntBits((float) (int) s[a]);
      case 0xB3 -> s[d] = Float.floatToRawIntBits((float) (s[a] & 0xFFFFFFFFL));
      case 0xB4 -> s[d] = Float.floatToRawIntBits((float) s[a]);
      case 0xB5 -> s[d] = Float.floatToRawIntBits(IntOps.toFloat(s[a]));
      case 0xB6 -> s[d] = Float.floatToIntBits((float) Double.longBitsToDouble(s[a]));
      case 0xB8 -> s[d] = Double.doubleToRawLongBits((double) (s[a] & 0xFFFFFFFFL));
      case 0xB9 -> s[d] = Double.doubleToRawLongBits((double) s[a]);
      default -> s[d] = Double.doubleToRawLongBits(IntOps.toDouble(s[a]));
    }
  }

  private static long trap(int opcode, double x) {
    if (Double.isNaN(x)) {
      throw Traps.invalidConversion();
    }
    double whole = truncate(x);
    boolean fits =
        switch (opcode) {
          case 0xA8, 0xAA -> whole >= Integer.MIN_VALUE && whole <= Integer.MAX_VALUE;
          case 0xA9, 0xAB -> whole >= 0 && whole < 0x1p32;
          case 0xAE, 0xB0 -> whole >= -0x1p63 && whole < 0x1p63;
          default -> whole >= 0 && whole < 0x1p64;
        };
    if (!fits) {
      throw Traps.overflow();
    }
    return switch (opcode) {
      case 0xA8, 0xAA -> (int) whole;
      case 0xA9, 0xAB -> (int) (long) whole;
      case 0xAE, 0xB0 -> (long) whole;
      default -> unsigned(whole);
    };
  }

  /** i32.trunc_sat_f32_s (0) to i64.trunc_sat_f64_u (7). */
  static long saturate(int number, long bits) {
    boolean single = (number & 2) == 0;
    double x = single ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    return switch (number & 5) {
      case 0 -> (int) x;
      case 1 -> saturateU32(x);
      case 4 -> (long) x;
      default -> unsigned(x);
    };
  }

  /** The nearest unsigned integer of 32 bits towards zero, 0 for NaN. */
  static int saturateU32(double x) {
    return x >= 0x1p32 ? -1 : x > 0 ? (int) (long) x : 0;
  }

  /** The nearest unsigned integer of 64 bits towards zero, 0 for NaN. */
  private static long unsigned(double x) {
    if (x >= 0x1p64) {
      return -1;
    }
    return x >= 0x1p63 ? (long) (x - 0x1p63) ^ Long.MIN_VALUE : x > 0 ? (long) x : 0;
  }
}
