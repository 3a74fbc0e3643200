package dev.bysync.interp;

/** Vector instructions on integers whose results are wider or narrower than their operands. */
final class VectorWidths {
  private VectorWidths() {}

  static boolean has(int number) {
    int operation = number & 0x1F;
    return (number >= 0x7C && number <= 0x7F)
        || (number >= 0x60
            && number <= 0xDF
            && (operation == 0x05
                || operation == 0x06
                || (operation >= 0x07 && operation <= 0x0A)
                || operation >= 0x1C))
        || number == 0xBA;
  }

  static void execute(int number, long[] s, int d, int a, int b) {
    if (number >= 0x7C && number <= 0x7F) {
      addPairs(number < 0x7E ? 8 : 16, (number & 1) == 0, s, d, a);
      return;
    }
    int width = 8 << ((number - 0x60) >> 5);
    switch (number & 0x1F) {
      case 0x05 -> narrow(width * 2, true, s, d, a, b);
      case 0x06 -> narrow(width * 2, false, s, d, a, b);
      case 0x07 -> extend(s, d, s[a], width / 2, true);
      case 0x08 -> extend(s, d, s[a + 1], width / 2, true);
      case 0x09 -> extend(s, d, s[a], width / 2, false);
      case 0x0A -> extend(s, d, s[a + 1], width / 2, false);
      case 0x1A -> dot(s, d, a, b);
      case 0x1C -> multiply(s, d, s[a], s[b], width / 2, true);
      case 0x1D -> multiply(s, d, s[a + 1], s[b + 1], width / 2, true);
      case 0x1E -> multiply(s, d, s[a], s[b], width / 2, false);
      default -> multiply(s, d, s[a + 1], s[b + 1], width / 2, false);
    }
  }

  private static long lane(long half, int bit, int width, boolean signed) {
    return signed ? VectorInts.signed(half, bit, width) : VectorInts.unsigned(half, bit, width);
  }

  private static long placed(long value, int bit, int width) {
    return (value << (64 - width) >>> (64 - width)) << bit;
  }

  /** Lanes of a half to a whole vector of lanes twice as wide. */
  static void extend(long[] s, int d, long half, int width, boolean signed) {
    long low = 0;
    long high = 0;
    for (int bit = 0; bit < 32; bit += width) {
      low |= placed(lane(half, bit, width, signed), bit * 2, width * 2);
      high |= placed(lane(half, bit + 32, width, signed), bit * 2, width * 2);
    }
    s[d] = low;
    s[d + 1] = high;
  }

  private static void multiply(long[] s, int d, long a, long b, int width, boolean signed) {
    long low = 0;
    long high = 0;
    for (int bit = 0; bit < 32; bit += width) {
      long product = lane(a, bit, width, signed) * lane(b, bit, width, signed);
      low |= placed(product, bit * 2, width * 2);
      product = lane(a, bit + 32, width, signed) * lane(b, bit + 32, width, signed);
      high |= placed(product, bit * 2, width * 2);
    }
    s[d] = low;
    s[d + 1] = high;
  }

  /** Lanes of two vectors, saturated to half their width. */
  private static void narrow(int width, boolean signed, long[] s, int d, int a, int b) {
    long low = narrow(s[a], s[a + 1], width, signed);
    s[d + 1] = narrow(s[b], s[b + 1], width, signed);
    s[d] = low;
  }

  private static long narrow(long low, long high, int width, boolean signed) {
    long result = 0;
    int half = width / 2;
    for (int bit = 0; bit < 64; bit += width) {
      result |= placed(narrowed(low, bit, width, signed), bit / 2, half);
      result |= placed(narrowed(high, bit, width, signed), bit / 2 + 32, half);
    }
    return result;
  }

  private static long narrowed(long half, int bit, int width, boolean signed) {
    long value = VectorInts.signed(half, bit, width);
    return signed ? VectorInts.saturateS(value, width / 2) : VectorInts.saturateU(value, width / 2);
  }

  private static void addPairs(int width, boolean signed, long[] s, int d, int a) {
    long low = pairs(s[a], width, signed);
    s[d + 1] = pairs(s[a + 1], width, signed);
    s[d] = low;
  }

  private static long pairs(long half, int width, boolean signed) {
    long result = 0;
    for (int bit = 0; bit < 64; bit += width * 2) {
      long sum = lane(half, bit, width, signed) + lane(half, bit + width, width, signed);
      result |= placed(sum, bit, width * 2);
    }
    return result;
  }

  /** i32x4.dot_i16x8_s. */
  private static void dot(long[] s, int d, int a, int b) {
    long low = dot(s[a], s[b], 16);
    s[d + 1] = dot(s[a + 1], s[b + 1], 16);
    s[d] = low;
  }

  private static long product(long a, long b, int bit, int width) {
    return VectorInts.signed(a, bit, width) * VectorInts.signed(b, bit, width);
  }

  private static long dot(long a, long b, int width) {
    long result = 0;
    for (int bit = 0; bit < 64; bit += width * 2) {
      long sum = product(a, b, bit, width) + product(a, b, bit + width, width);
      long lane = width == 8 ? VectorInts.saturateS(sum, 16) : sum;
      result |= placed(lane, bit, width * 2);
    }
    return result;
  }

  static void relaxedDot(long[] s, int d, int a, int b) {
    long low = dot(s[a], s[b], 8);
    s[d + 1] = dot(s[a + 1], s[b + 1], 8);
    s[d] = low;
  }

  static void relaxedDotAdd(long[] s, int d, int a, int b, int c) {
    long low = sum(pairs(dot(s[a], s[b], 8), 16, true), s[c]);
    s[d + 1] = sum(pairs(dot(s[a + 1], s[b + 1], 8), 16, true), s[c + 1]);
    s[d] = low;
  }

  /** The sum of two lanes of 32 bits each. */
  private static long sum(long a, long b) {
    return placed(a + b, 0, 32) | placed((a >>> 32) + (b >>> 32), 32, 32);
  }
}
