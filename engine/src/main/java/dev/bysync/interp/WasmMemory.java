package dev.bysync.interp;

import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Sharing;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A linear memory, which notes what is written.
 *
 * <p>Whoever compares, hashes or saves a memory again and again would go through all of it each
 * time, though little of it has changed. So each store sets the mark of the block that it begins in
 * ({@link #written}), and {@link #takeWritten} tells which bytes may have changed since it told so
 * last. A mark costs the loop one store into an array that stays in the cache. It is no more
 * because a store that reaches into the next block doesn't mark that one: the marks of the loop's
 * stores stand for {@link #SPILL} bytes more. What is written by operations outside of the loop
 * marks each block ({@link #note}).
 */
public final class WasmMemory implements Extern {
  /** Size of a block in bytes, as a power of two. */
  static final int BLOCK_LOG2 = 12;

  /** The mark of a block. */
  static final byte WRITTEN = 1;

  /** How far a store that begins in a block may reach into the next one, bytes. */
  private static final int SPILL = 7;

  private static final byte[] UNMARKED = new byte[1 << 10];
  private static final int MAX_BYTES = Integer.MAX_VALUE & ~0xFFFF;

  final Store store;
  final Address address;
  final Sharing sharing;
  final int pageSizeLog2;
  final long max;

  /** At least {@link #size} bytes; those behind it are zero. */
  byte[] bytes;

  int size;

  /** A mark for each block of {@link #bytes}. */
  byte[] written;

  /** Blocks whose marks were taken. */
  private final BitSet everWritten = new BitSet();

  WasmMemory(Store store, Address address, Sharing sharing, int pageSizeLog2, long min, long max) {
    store.takeBytes(min, pageSizeLog2, MAX_BYTES);
    this.store = store;
    this.address = address;
    this.sharing = sharing;
    this.pageSizeLog2 = pageSizeLog2;
    this.max = max;
    this.size = (int) (min << pageSizeLog2);
    this.bytes = store.pool.take(size);
    this.written = new byte[blocks(bytes.length)];
    store.memories.add(this);
  }

  /** Gives its array to the store's pool; the memory is of no use any more. */
  void release() {
    byte[] old = bytes;
    giveBack((from, to) -> Arrays.fill(old, (int) from, (int) to, (byte) 0));
    size = 0;
    bytes = new byte[0];
  }

  /** Gives the array to the pool, by an action that clears what is told to it. */
  private void giveBack(Written clear) {
    int blocks = blocks(size);
    for (int at = nextWritten(0, blocks); at < blocks; at = nextWritten(at + 1, blocks)) {
      everWritten.set(at);
    }
    int end = 0;
    for (int at = everWritten.nextSetBit(0); at >= 0; at = everWritten.nextSetBit(end)) {
      end = everWritten.nextClearBit(at);
      clear.range(
          (long) at << BLOCK_LOG2, Math.min(bytes.length, ((long) end << BLOCK_LOG2) + SPILL));
    }
    store.pool.give(bytes);
  }

  /**
   * A memory of a host.
   *
   * @param min pages of 64 KiB
   * @param max pages, -1 if there is no maximum
   */
  public static WasmMemory of(Store store, Address address, Sharing sharing, int min, long max) {
    return new WasmMemory(store, address, sharing, 16, min, max);
  }

  static WasmMemory empty(Store store) {
    return new WasmMemory(store, Address.I32, Sharing.UNSHARED, 16, 0, 0);
  }

  /** Size in bytes. */
  public int size() {
    return size;
  }

  /** Size in pages. */
  public int pages() {
    return size >>> pageSizeLog2;
  }

  /** The bytes from {@code address} on. */
  public byte[] read(long from, int length) {
    check(from, length);
    return Arrays.copyOfRange(bytes, (int) from, (int) from + length);
  }

  public void write(long to, byte[] source) {
    check(to, source.length);
    write((int) to, source, 0, source.length);
  }

  /** Writes a part of an array; its place has been checked. */
  void write(int to, byte[] source, int from, int length) {
    System.arraycopy(source, from, bytes, to, length);
    note(to, length);
  }

  /**
   * The memory itself, of which the first {@link #size()} bytes count; until it grows. To be read:
   * {@link #takeWritten} doesn't know what is written into it.
   */
  public byte[] array() {
    return bytes;
  }

  /** Is told of bytes that may have been written. */
  @FunctionalInterface
  public interface Written {
    /**
     * A range.
     *
     * @param from its first byte
     * @param to the byte behind its last
     */
    void range(long from, long to);
  }

  /**
   * Tells which bytes may have been written since this was called last, in ascending ranges. The
   * first time it is all that may not be zero.
   */
  public void takeWritten(Written told) {
    int end = blocks(size);
    for (int at = nextWritten(0, end); at < end; at = nextWritten(at, end)) {
      int from = at;
      while (at < end && written[at] == WRITTEN) {
        written[at++] = 0;
      }
      everWritten.set(from, at);
      told.range((long) from << BLOCK_LOG2, Math.min(size, ((long) at << BLOCK_LOG2) + SPILL));
    }
  }

  private int nextWritten(int from, int to) {
    for (int at = from; at < to; at += UNMARKED.length) {
      int end = Math.min(to, at + UNMARKED.length);
      int found = Arrays.mismatch(written, at, end, UNMARKED, 0, end - at);
      if (found >= 0) {
        return at + found;
      }
    }
    return to;
  }

  /** Bytes were written outside of the loop. */
  void note(int from, int length) {
    if (length > 0) {
      int last = (from + length - 1) >> BLOCK_LOG2;
      for (int block = from >> BLOCK_LOG2; block <= last; block++) {
        written[block] = WRITTEN;
      }
    }
  }

  /** How many blocks so many bytes are in. */
  private static int blocks(int bytes) {
    return (int) ((bytes + (1L << BLOCK_LOG2) - 1) >> BLOCK_LOG2);
  }

  /**
   * Grows by pages.
   *
   * @return the former size in pages, or -1 if the memory can't grow by this much
   */
  public long grow(long more) {
    long old = pages();
    if (Long.compareUnsigned(more, MAX_BYTES >>> pageSizeLog2) > 0
        || old + more > MAX_BYTES >>> pageSizeLog2
        || (max != -1 && Long.compareUnsigned(old + more, max) > 0)
        || !store.tryBytes(more << pageSizeLog2)) {
      return -1;
    }
    int grown = (int) ((old + more) << pageSizeLog2);
    if (grown > bytes.length) {
      long roomy = Math.min(MAX_BYTES, size + (long) (size >> 1));
      move(store.pool.take((int) Math.max(grown, roomy)));
      written = Arrays.copyOf(written, blocks(bytes.length));
    }
    int end = size;
    size = grown;
    note(end, -end & 7); // what lay behind the end belongs to a word of the memory now
    return old;
  }

  /** Moves to a larger array of zeros, and leaves the other one so. */
  private void move(byte[] larger) {
    byte[] old = bytes;
    giveBack(
        (from, to) -> {
          System.arraycopy(old, (int) from, larger, (int) from, (int) (to - from));
          Arrays.fill(old, (int) from, (int) to, (byte) 0);
        });
    bytes = larger;
  }

  /** Checks a range; both numbers are unsigned. */
  void check(long from, long length) {
    if (from < 0 || length < 0 || length > size || from > size - length) {
      throw Traps.memoryBounds();
    }
  }
}
