package dev.bysync.interp;

/**
 * Vector instructions on integers, lane by lane of the same width.
 *
 * <p>The four shapes have their instructions at equal distances: {@code abs} of 16 bytes is 0x60,
 * that of 8 shorts 0x80, and so on.
 */
final class VectorInts {
  private VectorInts() {}

  static void execute(int number, long[] s, int d, int a, int b) {
    if (number >= 0x23 && number <= 0x40) {
      int width = number < 0x2D ? 8 : number < 0x37 ? 16 : 32;
      compare((number - 0x23) % 10, width, s, d, a, b);
      return;
    }
    if (number >= 0xD6 && number <= 0xDB) {
      int comparison = number - 0xD6;
      compare(comparison < 2 ? comparison : comparison * 2 - 2, 64, s, d, a, b);
      return;
    }
    int width = 8 << ((number - 0x60) >> 5);
    int operation = (number - 0x60) & 0x1F;
    switch (operation) {
      case 0x03 -> s[d] = allTrue(s[a], width) && allTrue(s[a + 1], width) ? 1 : 0;
      case 0x04 -> s[d] = bitmask(s[a], width) | (bitmask(s[a + 1], width) << (64 / width));
      case 0x0B, 0x0C, 0x0D -> {
        int by = (int) s[b] & (width - 1);
        long low = half(operation, width, s[a], by);
        s[d + 1] = half(operation, width, s[a + 1], by);
        s[d] = low;
      }
      default -> {
        long low = half(operation, width, s[a], s[b]);
        s[d + 1] = half(operation, width, s[a + 1], s[b + 1]);
        s[d] = low;
      }
    }
  }

  private static boolean allTrue(long half, int width) {
    for (int bit = 0; bit < 64; bit += width) {
      if (unsigned(half, bit, width) == 0) {
        return false;
      }
    }
    return true;
  }

  private static long bitmask(long half, int width) {
    long mask = 0;
    for (int bit = 0, lane = 0; bit < 64; bit += width, lane++) {
      mask |= ((half >>> (bit + width - 1)) & 1) << lane;
    }
    return mask;
  }

  static long unsigned(long half, int bit, int width) {
    return half << (64 - width - bit) >>> (64 - width);
  }

  static long signed(long half, int bit, int width) {
    return half << (64 - width - bit) >> (64 - width);
  }

  private static void compare(int comparison, int width, long[] s, int d, int a, int b) {
    long low = compared(comparison, width, s[a], s[b]);
    s[d + 1] = compared(comparison, width, s[a + 1], s[b + 1]);
    s[d] = low;
  }

  /** Comparisons eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u. */
  private static long compared(int comparison, int width, long a, long b) {
    long result = 0;
    boolean isUnsigned = comparison > 1 && (comparison & 1) == 1;
    for (int bit = 0; bit < 64; bit += width) {
      int order =
          isUnsigned
              ? Long.compare(unsigned(a, bit, width), unsigned(b, bit, width))
              : Long.compare(signed(a, bit, width), signed(b, bit, width));
      boolean holds =
          switch ((comparison & ~1) | (comparison < 2 ? comparison : 0)) {
            case 0 -> order == 0;
            case 1 -> order != 0;
            case 2 -> order < 0;
            case 4 -> order > 0;
            case 6 -> order <= 0;
            default -> order >= 0;
          };
      if (holds) {
        result |= (-1L >>> (64 - width)) << bit;
      }
    }
    return result;
  }

  private static long half(int operation, int width, long a, long b) {
    long result = 0;
    boolean isShift = operation >= 0x0B && operation <= 0x0D;
    for (int bit = 0; bit < 64; bit += width) {
      long value =
          lane(
              operation,
              width,
              signed(a, bit, width),
              isShift ? b : signed(b, bit, width),
              unsigned(a, bit, width),
              isShift ? b : unsigned(b, bit, width));
      result |= (value << (64 - width) >>> (64 - width)) << bit;
    }
    return result;
  }

  private static long lane(int operation, int width, long a, long b, long ua, long ub) {
    return switch (operation) {
      case 0x00 -> Math.abs(a);
      case 0x01 -> -a;
      case 0x02 -> width == 8 ? Long.bitCount(ua) : q15(a, b);
      case 0x0B -> a << b;
      case 0x0C -> a >> b;
      case 0x0D -> ua >>> b;
      case 0x0E -> a + b;
      case 0x0F -> saturateS(a + b, width);
      case 0x10 -> saturateU(ua + ub, width);
      case 0x11 -> a - b;
      case 0x12 -> saturateS(a - b, width);
      case 0x13 -> saturateU(ua - ub, width);
      case 0x15 -> a * b;
      case 0x16 -> Math.min(a, b);
      case 0x17 -> Math.min(ua, ub);
      case 0x18 -> Math.max(a, b);
      case 0x19 -> Math.max(ua, ub);
      case 0x1B -> (ua + ub + 1) >>> 1;
      default -> throw new IllegalStateException("vector operation " + operation);
    };
  }

  /** i16x8.q15mulr_sat_s. */
  private static long q15(long a, long b) {
    return saturateS((a * b + 0x4000) >> 15, 16);
  }

  static long saturateS(long value, int width) {
    long max = (1L << (width - 1)) - 1;
    return Math.max(-max - 1, Math.min(max, value));
  }

  static long saturateU(long value, int width) {
    return Math.max(0, Math.min((1L << width) - 1, value));
  }
}
