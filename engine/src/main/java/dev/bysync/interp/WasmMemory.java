package dev.bysync.interp;

import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Sharing;
import java.util.Arrays;

/** A linear memory. */
public final class WasmMemory implements Extern {
  private static final int MAX_BYTES = Integer.MAX_VALUE & ~0xFFFF;

  final Store store;
  final Address address;
  final Sharing sharing;
  final int pageSizeLog2;
  final long max;

  /** At least {@link #size} bytes; those behind it are zero. */
  byte[] bytes;

  int size;

  WasmMemory(Store store, Address address, Sharing sharing, int pageSizeLog2, long min, long max) {
    store.takeBytes(min, pageSizeLog2, MAX_BYTES);
    this.store = store;
    this.address = address;
    this.sharing = sharing;
    this.pageSizeLog2 = pageSizeLog2;
    this.max = max;
    this.size = (int) (min << pageSizeLog2);
    this.bytes = new byte[size];
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
    System.arraycopy(source, 0, bytes, (int) to, source.length);
  }

  /** The memory itself, of which the first {@link #size()} bytes count; until it grows. */
  public byte[] array() {
    return bytes;
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
      bytes = Arrays.copyOf(bytes, (int) Math.max(grown, roomy));
    }
    size = grown;
    return old;
  }

  /** Checks a range; both numbers are unsigned. */
  void check(long from, long length) {
    if (from < 0 || length < 0 || length > size || from > size - length) {
      throw Traps.memoryBounds();
    }
  }
}
