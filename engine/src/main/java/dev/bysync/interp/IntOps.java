package dev.bysync.interp;

import java.math.BigInteger;

/** Integer division, and the rarer operations on integers. */
final class IntOps {
  private IntOps() {}

  static int divS(int a, int b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    if (b == -1 && a == Integer.MIN_VALUE) {
      throw Traps.overflow();
    }
    return a / b;
  }

  static int divU(int a, int b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    return Integer.divideUnsigned(a, b);
  }

  static int remS(int a, int b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    return a % b;
  }

  static int remU(int a, int b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    return Integer.remainderUnsigned(a, b);
  }

  static long divS(long a, long b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    if (b == -1 && a == Long.MIN_VALUE) {
      throw Traps.overflow();
    }
    return a / b;
  }

  static long divU(long a, long b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    return Long.divideUnsigned(a, b);
  }

  static long remS(long a, long b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    return a % b;
  }

  static long remU(long a, long b) {
    if (b == 0) {
      throw Traps.divideByZero();
    }
    return Long.remainderUnsigned(a, b);
  }

  /** i64.clz, ctz and popcnt. */
  static long count(int opcode, long a) {
    return switch (opcode) {
      case 0x79 -> Long.numberOfLeadingZeros(a);
      case 0x7A -> Long.numberOfTrailingZeros(a);
      default -> Long.bitCount(a);
    };
  }

  /** i64.add128 and sub128: the halves of two numbers. */
  static void wide(boolean add, long[] s, int d, int a, int b, int c, int e) {
    long lowA = s[a];
    long highA = s[b];
    long lowB = s[c];
    long highB = s[e];
    long low = add ? lowA + lowB : lowA - lowB;
    boolean carry = Long.compareUnsigned(add ? low : lowA, add ? lowA : lowB) < 0;
    long high = add ? highA + highB : highA - highB;
    s[d] = low;
    s[d + 1] = carry ? (add ? high + 1 : high - 1) : high;
  }

  /** i64.mul_wide_s and mul_wide_u. */
  static void wideProduct(boolean signed, long[] s, int d, int a, int b) {
    long x = s[a];
    long y = s[b];
    s[d] = x * y;
    long high = Math.multiplyHigh(x, y);
    s[d + 1] = signed ? high : high + ((x >> 63) & y) + ((y >> 63) & x);
  }

  /** The unsigned number as the nearest double. */
  static double toDouble(long unsigned) {
    if (unsigned >= 0) {
      return (double) unsigned;
    }
    return new BigInteger(Long.toUnsignedString(unsigned)).doubleValue();
  }

  /** The unsigned number as the nearest float. */
  static float toFloat(long unsigned) {
    if (unsigned >= 0) {
      return (float) unsigned;
    }
    return new BigInteger(Long.toUnsignedString(unsigned)).floatValue();
  }
}
