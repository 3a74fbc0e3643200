package dev.bysync.asyncify;

/** Bit sets in arrays of words, for sets of locals. */
final class Sets {
  private static final int[] NONE = {};

  private Sets() {}

  static int count(long[] set) {
    int count = 0;
    for (long word : set) {
      count += Long.bitCount(word);
    }
    return count;
  }

  static int unionCount(long[] a, long[] b) {
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      count += Long.bitCount(a[i] | b[i]);
    }
    return count;
  }

  static void add(long[] to, long[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] |= from[i];
    }
  }

  static long[] intersection(long[] a, long[] b) {
    long[] both = new long[a.length];
    for (int i = 0; i < a.length; i++) {
      both[i] = a[i] & b[i];
    }
    return both;
  }

  static long[] difference(long[] a, long[] b) {
    long[] rest = new long[a.length];
    for (int i = 0; i < a.length; i++) {
      rest[i] = a[i] & ~b[i];
    }
    return rest;
  }

  /** The members, ascending. */
  static int[] members(long[] set) {
    int count = count(set);
    if (count == 0) {
      return NONE;
    }
    int[] members = new int[count];
    int at = 0;
    for (int word = 0; word < set.length; word++) {
      for (long rest = set[word]; rest != 0; rest &= rest - 1) {
        members[at++] = word * 64 + Long.numberOfTrailingZeros(rest);
      }
    }
    return members;
  }
}
