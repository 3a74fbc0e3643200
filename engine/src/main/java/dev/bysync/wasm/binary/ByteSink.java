package dev.bysync.wasm.binary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array of bytes with the binary format's encodings; numbers take their shortest form.
 */
public final class ByteSink {
  private byte[] bytes;
  private int size;

  public ByteSink() {
    this(256);
  }

  public ByteSink(int capacity) {
    bytes = new byte[Math.max(16, capacity)];
  }

  public int size() {
    return size;
  }

  /** The bytes written so far; valid up to {@link #size()} and until the next write. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Drops everything after the first {@code newSize} bytes. */
  public void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IllegalArgumentException("size " + newSize + " of " + size);
    }
    size = newSize;
  }

  private void ensure(int more) {
    if (more > bytes.length - size) {
      grow(more);
    }
  }

  private void grow(int more) {
    long wanted = (long) size + more;
    long doubled = Math.max(wanted, bytes.length * 2L);
    int capacity = (int) Math.min(doubled, Integer.MAX_VALUE - 16);
    if (capacity < wanted) {
      throw new WasmException(Failure.LIMIT, -1, "output is over 2147483631 bytes");
    }
    bytes = Arrays.copyOf(bytes, capacity);
  }

  public void u8(int value) {
    if (size == bytes.length) {
      grow(1);
    }
    bytes[size++] = (byte) value;
  }

  /** Unsigned LEB128 of the 32 bits of {@code value}. */
  public void u32(int value) {
    ensure(5);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Unsigned LEB128 of the 64 bits of {@code value}. */
  public void u64(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Signed LEB128: an s32, s33 or s64, whichever the reader expects. */
  public void s64(long value) {
    ensure(10);
    long rest = value;
    while (rest != rest << 57 >> 57) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>= 7;
    }
    bytes[size++] = (byte) (rest & 0x7F);
  }

  public void fixed32(int bits) {
    ensure(4);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes[size++] = (byte) (bits >> shift);
    }
  }

  public void fixed64(long bits) {
    fixed32((int) bits);
    fixed32((int) (bits >> 32));
  }

  public void bytes(byte[] source) {
    bytes(source, 0, source.length);
  }

  /** Appends {@code source[from, to)}. */
  public void bytes(byte[] source, int from, int to) {
    ensure(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
  }

  public void append(ByteSink other) {
    bytes(other.bytes, 0, other.size);
  }

  /** A name: its length in bytes, then its UTF-8. */
  public void name(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u32(utf8.length);
    bytes(utf8);
  }

  /** The other sink's bytes behind their length: a section's or a function body's content. */
  public void sized(ByteSink content) {
    u32(content.size);
    append(content);
  }
}
