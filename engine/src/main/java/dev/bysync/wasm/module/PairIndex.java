package dev.bysync.wasm.module;

import java.util.Arrays;

/** Numbers pairs of non-negative ints from 0 up, in the order in which they are first asked for. */
public final class PairIndex {
  private static final long FREE = -1;

  private long[] keys = new long[16];
  private int[] numbers = new int[16];
  private int size;

  public PairIndex() {
    Arrays.fill(keys, FREE);
  }

  public int size() {
    return size;
  }

  /** The pair's number, or -1 if it has none. */
  public int find(int first, int second) {
    long key = key(first, second);
    int slot = slot(keys, key);
    return keys[slot] == key ? numbers[slot] : -1;
  }

  /** The pair's number, a new one if it has none. */
  public int add(int first, int second) {
    long key = key(first, second);
    int slot = slot(keys, key);
    if (keys[slot] == key) {
      return numbers[slot];
    }
    keys[slot] = key;
    numbers[slot] = size;
    if (++size * 2 > keys.length) {
      grow();
    }
    return size - 1;
  }

  private static long key(int first, int second) {
    return (long) first << 32 | second;
  }

  private static int slot(long[] keys, long key) {
    int mask = keys.length - 1;
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (keys[slot] != FREE && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[oldKeys.length * 2];
    numbers = new int[keys.length];
    Arrays.fill(keys, FREE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        int slot = slot(keys, oldKeys[i]);
        keys[slot] = oldKeys[i];
        numbers[slot] = oldNumbers[i];
      }
    }
  }
}
