package dev.bysync.verify;

import dev.bysync.verify.machine.ValueKind;

/** Numbers drawn from a seed and from what they are for, always the same for the same. */
final class Draw {
  private Draw() {}

  /** Mixes two numbers into one that looks random (the finaliser of SplitMix64). */
  static long mix(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  static long mix(long a, String text) {
    long hash = a;
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash, text.charAt(i));
    }
    return hash;
  }

  /**
   * Slots of a value that keeps programs going: zero, a small integer, or a place in memory.
   *
   * @param memorySize bytes of memory that may be pointed to
   */
  static void value(ValueKind kind, long random, long memorySize, long[] slots, int at) {
    switch (kind) {
      case I32, I64 -> slots[at] = integer(random, memorySize);
      case F32 -> slots[at] = Float.floatToRawIntBits((random & 15) / 4f) & 0xFFFFFFFFL;
      case F64 -> slots[at] = Double.doubleToRawLongBits((random & 15) / 4d);
      case V128 -> {
        slots[at] = integer(random, memorySize);
        slots[at + 1] = random & 15;
      }
      case NULLABLE -> slots[at] = -1;
      case EXTERNAL, REFERENCE -> slots[at] = random & 15;
    }
  }

  private static long integer(long random, long memorySize) {
    int choice = (int) (random >>> 32) & 15;
    if (choice < 5) {
      return 0;
    }
    if (choice < 12 || memorySize < 4096) {
      return 1 + (random & 15);
    }
    // the lower part, past what compilers keep empty, in words
    long offset = Long.remainderUnsigned(random >>> 8, Math.min(memorySize, 1 << 20) - 2048);
    return 1024 + (offset & -8);
  }
}
