package dev.bysync.asyncify;

import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;

/**
 * What straight code does to a body's locals: of each run of instructions between two special rows
 * the locals that it reads before it writes them, and those that it writes. That is all a backward
 * data flow has to know of the run. Sets are words of 64 locals, and only the words that a run
 * touches are kept, so that bodies with many locals take no more room than they have instructions.
 */
final class LocalEffects {
  // of the run in hand, by word
  private long[] reading = new long[4];
  private long[] writing = new long[4];
  private final IntArray touched = new IntArray();

  // one row a touched word of a run
  private int[] words = new int[1 << 8];
  private long[] reads = new long[1 << 8];
  private long[] writes = new long[1 << 8];
  private int size;

  /** Forgets all runs; the next ones are of a body with so many locals. */
  void begin(int locals) {
    close();
    size = 0;
    int count = (locals + 63) / 64;
    if (count > reading.length) {
      reading = new long[count];
      writing = new long[count];
    }
  }

  /** The run in hand reads a local. */
  void read(int local) {
    int word = touch(local);
    reading[word] |= (1L << local) & ~writing[word];
  }

  /** The run in hand writes a local. */
  void write(int local) {
    writing[touch(local)] |= 1L << local;
  }

  private int touch(int local) {
    int word = local >>> 6;
    if ((reading[word] | writing[word]) == 0) {
      touched.add(word);
    }
    return word;
  }

  /** Ends the run in hand; gives the number of rows so far. */
  int close() {
    for (int i = 0; i < touched.size(); i++) {
      if (size == words.length) {
        words = Arrays.copyOf(words, size * 2);
        reads = Arrays.copyOf(reads, size * 2);
        writes = Arrays.copyOf(writes, size * 2);
      }
      int word = touched.get(i);
      words[size] = word;
      reads[size] = reading[word];
      writes[size++] = writing[word];
      reading[word] = 0;
      writing[word] = 0;
    }
    touched.clear();
    return size;
  }

  /** Takes what is live behind a run, rows {@code [from, to)}, to what is live before it. */
  void apply(int from, int to, long[] live) {
    for (int i = from; i < to; i++) {
      int word = words[i];
      live[word] = (live[word] & ~writes[i]) | reads[i];
    }
  }
}
