package dev.bysync.interp;

/**
 * What a return needs, in the slot behind the locals of the frame that ends: where the caller goes
 * on. It is a constant of the call, unless the caller belongs to another instance or is a host.
 *
 * <pre>
 *   bits 0-17  distance of the frames   18-38  the caller's index   39-62  its word to go on at
 * </pre>
 */
final class Header {
  /** The caller is the last one of those that {@link Machine} keeps. */
  static final long ELSEWHERE = -1;

  static final int MAX_FUNCTIONS = 1 << 21;
  static final int MAX_WORDS = 1 << 24;

  private Header() {}

  static long of(int word, int function, int distance) {
    return (long) word << 39 | (long) function << 18 | distance;
  }

  static int word(long header) {
    return (int) (header >>> 39);
  }

  /** The same header with another word to go on at. */
  static long at(int word, long header) {
    return (long) word << 39 | (header & (1L << 39) - 1);
  }

  static int function(long header) {
    return (int) (header >>> 18) & MAX_FUNCTIONS - 1;
  }

  /** By how many slots the caller's frame begins below the callee's. */
  static int distance(long header) {
    return (int) header & 0x3FFFF;
  }
}
