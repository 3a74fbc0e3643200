package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Hashes of a memory in chunks of 1 KiB, so that two memories can be compared without keeping both.
 *
 * <p>Memories are compared exactly but for one thing: the sign of the NaN that arithmetic makes is
 * left open by the specification and varies with the state of the Java compiler, so the two bit
 * patterns {@code 7FC00000} and {@code FFC00000} count as one, as do those of 64 bits, where they
 * lie aligned to their size.
 */
final class MemoryDigest {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int CHUNK = 1 << 10;
  private static final int READ = 1 << 16;
  private static final long F64_NAN = 0x7FF8000000000000L;
  private static final int F32_NAN = 0x7FC00000;

  private final long size;
  private final long[] chunks;

  private MemoryDigest(long size, long[] chunks) {
    this.size = size;
    this.chunks = chunks;
  }

  /** Digest of the first {@code size} bytes, rounded up to 8 if there are as many. */
  static MemoryDigest of(Machine machine, int memory, long size) {
    long[] chunks = new long[(int) ((size + CHUNK - 1) / CHUNK)];
    for (long at = 0; at < size; at += READ) {
      int length = (int) Math.min(READ, size - at);
      byte[] bytes = machine.read(memory, at, length);
      for (int from = 0; from < length; from += CHUNK) {
        chunks[(int) ((at + from) / CHUNK)] = hash(bytes, from, Math.min(length, from + CHUNK));
      }
    }
    return new MemoryDigest(size, chunks);
  }

  private static long hash(byte[] bytes, int from, int to) {
    long hash = 0;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long word = (long) LONGS.get(bytes, at);
      if (word != 0 || hash != 0) {
        hash = (hash ^ canonical(word)) * 0x9E3779B97F4A7C15L + at;
        hash ^= hash >>> 29;
      }
    }
    for (; at < to; at++) {
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
    int at = Arrays.mismatch(chunks, other.chunks);
    if (at < 0) {
      return "";
    }
    long from = (long) at * CHUNK;
    return "it differs between 0x%x and 0x%x".formatted(from, Math.min(size, from + CHUNK));
  }
}
