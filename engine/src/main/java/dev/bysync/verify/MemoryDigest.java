package dev.bysync.verify;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is in a memory at one moment, as hashes of chunks of 1 KiB, so that two memories can be
 * compared without keeping both.
 *
 * <p>Memories are compared exactly but for one thing: the sign of the NaN that arithmetic makes is
 * left open by the specification and varies with the state of the Java compiler, so the two bit
 * patterns {@code 7FC00000} and {@code FFC00000} count as one, as do those of 64 bits, where they
 * lie aligned to their size.
 *
 * <p>One is made after each call, and has little in it that the one before hasn't. So it keeps the
 * hashes of the chunks that changed since then, and a sum over all chunks of number and hash mixed,
 * which is brought up to date with each change: that two are equal is found by one comparison,
 * whatever the size of the memory. Only to say where they differ all hashes are put together again.
 * A chunk of zeros has the hash 0 and adds nothing to the sum, so memory that nobody wrote costs
 * nothing.
 */
final class MemoryDigest {
  /** Bytes that are hashed together, as a power of two. */
  static final int CHUNK_LOG2 = 10;

  private static final int CHUNK = 1 << CHUNK_LOG2;
  private static final long F64_NAN = 0x7FF8000000000000L;
  private static final int F32_NAN = 0x7FC00000;
  private static final int[] ALL = {};

  private final long size;
  private final long sum;

  /** What the changes are to; null if all chunks are here. */
  private final @Nullable MemoryDigest before;

  /** Numbers of the chunks that changed. */
  private final int[] numbers;

  /** Their hashes; else those of all chunks, as far as they aren't zero. */
  private final long[] hashes;

  /** How many changes there are on the way to all chunks. */
  private final int changes;

  private MemoryDigest(
      long size, long sum, @Nullable MemoryDigest before, int[] numbers, long[] hashes) {
    this.size = size;
    this.sum = sum;
    this.before = before;
    this.numbers = numbers;
    this.hashes = hashes;
    this.changes = before == null ? 0 : before.changes + numbers.length;
  }

  /**
   * Of all chunks.
   *
   * @param size bytes of the memory
   * @param sum over all chunks, see {@link #mixed}
   * @param hashes of all chunks, as far as they aren't zero; to be kept
   */
  static MemoryDigest of(long size, long sum, long[] hashes) {
    return new MemoryDigest(size, sum, null, ALL, hashes);
  }

  /**
   * A later one of the same memory.
   *
   * @param numbers of the chunks that have changed
   * @param changed their hashes
   */
  MemoryDigest after(long newSize, long newSum, int[] numbers, long[] changed) {
    return new MemoryDigest(newSize, newSum, this, numbers, changed);
  }

  /** How many changes there are since all chunks were put together. */
  int changes() {
    return changes;
  }

  /** Bytes of the memory. */
  long size() {
    return size;
  }

  /** What a chunk adds to the sum. */
  static long mixed(int number, long hash) {
    if (hash == 0) {
      return 0;
    }
    long mixed = (hash ^ (number + 1) * 0xD6E8FEB86659FD93L) * 0x9E3779B97F4A7C15L;
    return (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
  }

  /**
   * The hash of a chunk.
   *
   * @param words all that is in the chunks, little-endian
   * @param bytes the same, for those that don't fill a word
   * @param from where the chunk begins, bytes
   * @param to where it ends
   */
  static long hash(long[] words, byte[] bytes, int from, int to) {
    long hash = 0;
    int first = from >> 3;
    int last = to >> 3;
    for (int at = first; at < last; at++) {
      long word = words[at];
      if (word != 0 || hash != 0) {
        hash = (hash ^ canonical(word)) * 0x9E3779B97F4A7C15L + (at - first);
        hash ^= hash >>> 29;
      }
    }
    for (int at = last << 3; at < to; at++) {
      hash = hash * 31 + bytes[at];
    }
    return hash;
  }

  private static long canonical(long word) {
    if ((word & Long.MAX_VALUE) == F64_NAN) {
      return F64_NAN;
    }
    long result = word;
    if (((int) word & Integer.MAX_VALUE) == F32_NAN) {
      result &= ~0x80000000L;
    }
    if (((int) (word >>> 32) & Integer.MAX_VALUE) == F32_NAN) {
      result &= Long.MAX_VALUE;
    }
    return result;
  }

  /** What is different in the other, for people, or an empty string. */
  String difference(MemoryDigest other) {
    if (size != other.size) {
      return "its size is " + other.size + " bytes, was " + size;
    }
    if (sum == other.sum) {
      return "";
    }
    long from = (long) Arrays.mismatch(chunks(), other.chunks()) << CHUNK_LOG2;
    return "it differs between 0x%x and 0x%x".formatted(from, Math.min(size, from + CHUNK));
  }

  /** The hashes of all chunks: changes are put in from the last on, each chunk once. */
  private long[] chunks() {
    long[] all = new long[(int) ((size + CHUNK - 1) >> CHUNK_LOG2)];
    boolean[] known = new boolean[all.length];
    MemoryDigest at = this;
    for (MemoryDigest older = before; older != null; older = at.before) {
      for (int i = 0; i < at.numbers.length; i++) {
        put(all, known, at.numbers[i], at.hashes[i]);
      }
      at = older;
    }
    for (int i = 0; i < at.hashes.length; i++) {
      put(all, known, i, at.hashes[i]);
    }
    return all;
  }

  private static void put(long[] all, boolean[] known, int number, long hash) {
    if (!known[number]) {
      known[number] = true;
      all[number] = hash;
    }
  }
}
