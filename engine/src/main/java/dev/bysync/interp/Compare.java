package dev.bysync.interp;

/**
 * Comparisons of integers without branches: 1 if they hold, 0 otherwise.
 *
 * <p>HotSpot compiles a branch that has gone only one way so far into a guess, and throws the code
 * away when it goes the other way. For the interpreter's loop, which is large, that is too costly.
 */
final class Compare {
  private static final long LOW = 0xFFFFFFFFL;

  private Compare() {}

  static int eq(int x, int y) {
    return (int) ((((x ^ y) & LOW) - 1) >>> 63);
  }

  static int ne(int x, int y) {
    return 1 - eq(x, y);
  }

  static int lt(int x, int y) {
    return (int) (((long) x - y) >>> 63);
  }

  static int ltU(int x, int y) {
    return (int) (((x & LOW) - (y & LOW)) >>> 63);
  }

  static int le(int x, int y) {
    return 1 - lt(y, x);
  }

  static int leU(int x, int y) {
    return 1 - ltU(y, x);
  }

  static int eq(long x, long y) {
    return 1 - ne(x, y);
  }

  static int ne(long x, long y) {
    long z = x ^ y;
    return (int) ((z | -z) >>> 63);
  }

  /** The sign of the difference, where it didn't overflow; else the sign of x. */
  static int lt(long x, long y) {
    return (int) (((x & ~y) | (~(x ^ y) & (x - y))) >>> 63);
  }

  static int ltU(long x, long y) {
    return (int) (((~x & y) | (~(x ^ y) & (x - y))) >>> 63);
  }

  static int le(long x, long y) {
    return 1 - lt(y, x);
  }

  static int leU(long x, long y) {
    return 1 - ltU(y, x);
  }
}
