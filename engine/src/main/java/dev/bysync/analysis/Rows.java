package dev.bysync.analysis;

import dev.bysync.wasm.module.IntArray;

/**
 * Lists of ints by key in compressed rows: those of key n lie from {@code starts[n]} to {@code
 * starts[n + 1]}, in the order in which they were added.
 */
final class Rows {
  private final int[] starts;
  private final int[] values;

  /** Sorts two columns by the first; keys are 0 to {@code keyCount - 1}. */
  Rows(IntArray keys, IntArray values, int keyCount) {
    starts = new int[keyCount + 1];
    for (int i = 0; i < keys.size(); i++) {
      starts[keys.get(i) + 1]++;
    }
    for (int i = 0; i < keyCount; i++) {
      starts[i + 1] += starts[i];
    }
    int[] next = starts.clone();
    this.values = new int[keys.size()];
    for (int i = 0; i < keys.size(); i++) {
      this.values[next[keys.get(i)]++] = values.get(i);
    }
  }

  int start(int key) {
    return starts[key];
  }

  int end(int key) {
    return starts[key + 1];
  }

  int value(int at) {
    return values[at];
  }
}
