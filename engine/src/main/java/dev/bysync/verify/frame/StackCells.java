package dev.bysync.verify.frame;

import java.util.Arrays;

/**
 * The memory that the asyncify stack lies in, at an address that no program names: each byte holds
 * a part of the value that was stored there last.
 *
 * <p>A load gives a value back only if it reads all of its bytes, in order, as wide as it was
 * stored; anything else gives a term of its own.
 */
final class StackCells {
  /** Bytes. */
  static final int SIZE = 1 << 21;

  private long[] values = new long[1 << 10];

  /** Of each byte its number within the value, and above it how many the value has; 0: none. */
  private int[] parts = new int[1 << 10];

  /** First byte that was never written. */
  private int end;

  /** Lowest and highest byte written since {@link #watch}. */
  private int lowest;

  private int highest;

  void watch() {
    lowest = Integer.MAX_VALUE;
    highest = -1;
  }

  /** First byte written since then; large if none was. */
  int lowest() {
    return lowest;
  }

  /** Last byte written since then; -1 if none was. */
  int highest() {
    return highest;
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(parts, 0, end, 0);
    end = 0;
  }

  void store(int at, int width, long value) {
    if (at + width > values.length) {
      int capacity = Math.max(values.length * 2, at + width);
      values = Arrays.copyOf(values, capacity);
      parts = Arrays.copyOf(parts, capacity);
    }
    for (int i = 0; i < width; i++) {
      values[at + i] = value;
      parts[at + i] = width << 8 | i;
    }
    end = Math.max(end, at + width);
    lowest = Math.min(lowest, at);
    highest = Math.max(highest, at + width - 1);
  }

  long load(int at, int width) {
    if (at + width > end) {
      return Terms.term(Terms.mix(at, width));
    }
    // bytes that are all parts in order are of one store: a later one there would have set them all
    for (int i = 0; i < width; i++) {
      if (parts[at + i] != (width << 8 | i)) {
        return mixture(at, width);
      }
    }
    return values[at];
  }

  private long mixture(int at, int width) {
    long hash = width;
    for (int i = 0; i < width; i++) {
      hash = Terms.mix(Terms.mix(hash, parts[at + i]), values[at + i]);
    }
    return Terms.term(hash);
  }
}
