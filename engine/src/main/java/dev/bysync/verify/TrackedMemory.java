package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A memory of an instance, whose digests and saved parts cost what was written since the last look
 * at it ({@link Machine#takeWritten}), not what it holds. All that looks at a memory in this way
 * must do so here, since the machine tells each change once.
 *
 * <p>What was written is noted twice, in sizes that suit their use: chunks whose hash isn't up to
 * date, and blocks whose saved copy isn't. A block that was never saved, nor written, is of zeros.
 */
final class TrackedMemory {
  private static final int CHUNK_LOG2 = MemoryDigest.CHUNK_LOG2;
  private static final int BLOCK_LOG2 = 12;
  private static final int BLOCK = 1 << BLOCK_LOG2;
  private static final byte[] ZEROS = new byte[BLOCK];

  /** Chunks that are read at a time. */
  private static final int MAX_READ = 16;

  private final Machine machine;
  private final int index;
  private final BitSet unhashed = new BitSet();
  private BitSet unsaved = new BitSet();

  /** Hashes of all chunks; those behind its end are zero. */
  private long[] hashes = {};

  private long sum;
  private MemoryDigest last = MemoryDigest.of(0, 0, hashes);
  private byte[][] saved = {};
  private final long[] words = new long[MAX_READ << CHUNK_LOG2 >> 3];

  TrackedMemory(Machine machine, int index) {
    this.machine = machine;
    this.index = index;
  }

  private void look() {
    machine.takeWritten(
        index,
        (from, to) -> {
          unhashed.set((int) (from >> CHUNK_LOG2), (int) ((to - 1) >> CHUNK_LOG2) + 1);
          unsaved.set((int) (from >> BLOCK_LOG2), (int) ((to - 1) >> BLOCK_LOG2) + 1);
        });
  }

  // ---- digests ----

  /** What is in it now. */
  MemoryDigest digest() {
    look();
    long size = machine.memorySize(index);
    int[] numbers = new int[unhashed.cardinality()];
    if (numbers.length == 0 && size == last.size()) {
      return last;
    }
    if (unhashed.length() > hashes.length) {
      hashes = Arrays.copyOf(hashes, (int) ((size + (1 << CHUNK_LOG2) - 1) >> CHUNK_LOG2));
    }
    int count = 0;
    int from = unhashed.nextSetBit(0);
    while (from >= 0) {
      int to = Math.min(unhashed.nextClearBit(from), from + MAX_READ);
      count = rehash(from, to, size, numbers, count);
      from = unhashed.nextSetBit(to);
    }
    unhashed.clear();
    last =
        last.changes() + count > hashes.length
            ? MemoryDigest.of(size, sum, hashes.clone())
            : last.after(size, sum, Arrays.copyOf(numbers, count), changed(numbers, count));
    return last;
  }

  /** Hashes chunks; puts the numbers of those that changed behind others and counts them. */
  private int rehash(int from, int to, long size, int[] numbers, int known) {
    long address = (long) from << CHUNK_LOG2;
    int length = (int) (Math.min(size, (long) to << CHUNK_LOG2) - address);
    byte[] bytes = machine.read(index, address, length);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words, 0, length >> 3);
    int count = known;
    for (int chunk = from; chunk < to; chunk++) {
      int at = (chunk - from) << CHUNK_LOG2;
      int end = Math.min(length, at + (1 << CHUNK_LOG2));
      long hash = MemoryDigest.hash(words, bytes, at, end);
      if (hash != hashes[chunk]) {
        sum += MemoryDigest.mixed(chunk, hash) - MemoryDigest.mixed(chunk, hashes[chunk]);
        hashes[chunk] = hash;
        numbers[count++] = chunk;
      }
    }
    return count;
  }

  private long[] changed(int[] numbers, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = hashes[numbers[i]];
    }
    return values;
  }

  // ---- parts that are saved and restored ----

  /** A piece of what was written. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Piece(long address, byte[] bytes) {}

  /** Saves what is in a range of addresses. */
  void save(long from, long to) {
    look();
    int end = block(to - 1);
    if (end >= saved.length) {
      saved = Arrays.copyOf(saved, end + 1);
    }
    for (int block = next(from);
        block >= 0 && block <= end;
        block = unsaved.nextSetBit(block + 1)) {
      long address = (long) block << BLOCK_LOG2;
      int length = (int) Math.min(BLOCK, machine.memorySize(index) - address);
      saved[block] = machine.read(index, address, length);
      unsaved.clear(block);
    }
  }

  /** The parts of a saved range that may have been written since. */
  Piece[] written(long from, long to) {
    look();
    Piece[] pieces = new Piece[unsaved.get(block(from), block(to - 1) + 1).cardinality()];
    int block = next(from);
    for (int i = 0; i < pieces.length; i++) {
      long start = Math.max(from, (long) block << BLOCK_LOG2);
      long stop = Math.min(to, (long) (block + 1) << BLOCK_LOG2);
      pieces[i] = new Piece(start, machine.read(index, start, (int) (stop - start)));
      block = unsaved.nextSetBit(block + 1);
    }
    return pieces;
  }

  /** Puts pieces back. */
  void write(Piece[] pieces) {
    for (Piece piece : pieces) {
      machine.write(index, piece.address(), piece.bytes());
    }
  }

  /** Puts back what was in a range when it was saved. */
  void restore(long from, long to) {
    look();
    int end = block(to - 1);
    BitSet others = (BitSet) unsaved.clone();
    for (int block = next(from);
        block >= 0 && block <= end;
        block = unsaved.nextSetBit(block + 1)) {
      long address = (long) block << BLOCK_LOG2;
      int start = (int) Math.max(0, from - address);
      int stop = (int) Math.min(BLOCK, to - address);
      byte[] bytes = saved[block] == null ? ZEROS : saved[block];
      machine.write(index, address + start, Arrays.copyOfRange(bytes, start, stop));
      others.set(block, stop - start < BLOCK); // what of it lies outside may have changed
    }
    look(); // what was written just now is what was saved
    unsaved = others;
  }

  private int next(long from) {
    return unsaved.nextSetBit(block(from));
  }

  private static int block(long address) {
    return (int) (address >> BLOCK_LOG2);
  }
}
