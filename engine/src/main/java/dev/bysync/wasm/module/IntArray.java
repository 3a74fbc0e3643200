package dev.bysync.wasm.module;

import java.util.Arrays;

/** A growing array of ints: the columns that decoding fills. */
public final class IntArray {
  private int[] values = new int[16];
  private int size;

  public int size() {
    return size;
  }

  /** Adds a part of an array. */
  public void addAll(int[] from, int start, int count) {
    if (size + count > values.length) {
      values = Arrays.copyOf(values, Math.max(values.length * 2, size + count));
    }
    System.arraycopy(from, start, values, size, count);
    size += count;
  }

  public int get(int index) {
    return values[index];
  }

  public void set(int index, int value) {
    values[index] = value;
  }

  public void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  public int last() {
    return values[size - 1];
  }

  public int removeLast() {
    return values[--size];
  }

  public void truncate(int newSize) {
    size = newSize;
  }

  /** Makes it {@code newSize} long; an entry that was never set holds anything. */
  public void resize(int newSize) {
    if (newSize > values.length) {
      values = Arrays.copyOf(values, Math.max(newSize, values.length * 2));
    }
    size = newSize;
  }

  public void clear() {
    size = 0;
  }

  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
