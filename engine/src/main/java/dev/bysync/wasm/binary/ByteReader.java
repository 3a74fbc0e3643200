package dev.bysync.wasm.binary;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over a module's bytes.
 *
 * <p>Numbers are LEB128 (specification 5.2.2): seven bits a byte, least significant first, the high
 * bit set on every byte but the last.
 *
 * <pre>
 *   624485 = 0x98765   E5        8E        26
 *                      1|1100101 1|0001110 0|0100110
 * </pre>
 *
 * <p>Every read has a fast path for the shortest forms, small enough to inline; bounds, length and
 * overflow are checked in the slow path. Errors are {@link WasmException}s that carry the offset.
 */
public final class ByteReader {
  private final byte[] bytes;
  private int position;
  private int limit;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads {@code bytes[from, to)}. */
  public ByteReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  /** Moves the cursor to another range of the same bytes. */
  public void reset(int from, int to) {
    position = from;
    limit = to;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public int limit() {
    return limit;
  }

  public int remaining() {
    return limit - position;
  }

  public boolean atEnd() {
    return position >= limit;
  }

  /** One byte, 0 to 255. */
  public int u8() {
    if (position >= limit) {
      throw end(position);
    }
    return bytes[position++] & 0xFF;
  }

  /** The next byte without moving, 0 to 255, or -1 at the end. */
  public int peek() {
    return position < limit ? bytes[position] & 0xFF : -1;
  }

  /** Unsigned LEB128 of 32 bits, as the bits of an int: compare with {@code Integer} unsigned. */
  public int u32() {
    int at = position;
    if (at < limit && bytes[at] >= 0) {
      position = at + 1;
      return bytes[at];
    }
    if (at + 1 < limit && bytes[at + 1] >= 0) {
      position = at + 2;
      return (bytes[at] & 0x7F) | bytes[at + 1] << 7;
    }
    return (int) slow(32, false);
  }

  /** A {@link #u32} that must not exceed {@code Integer.MAX_VALUE}: an index or a length. */
  public int index() {
    int at = position;
    int value = u32();
    if (value < 0) {
      throw new WasmException(
          Failure.INVALID,
          at,
          "unknown index " + Integer.toUnsignedString(value) + ": it is over 2147483647");
    }
    return value;
  }

  /**
   * A vector's length: each element takes at least one byte, so more than what is left is wrong.
   */
  public int count() {
    int at = position;
    int value = u32();
    if (value < 0 || value > limit - position) {
      throw new WasmException(
          Failure.MALFORMED,
          at,
          "length out of bounds: "
              + Integer.toUnsignedString(value)
              + " elements in "
              + (limit - position)
              + " bytes");
    }
    return value;
  }

  /** Signed LEB128 of 32 bits. */
  public int s32() {
    int at = position;
    if (at < limit && bytes[at] >= 0) {
      position = at + 1;
      return bytes[at] << 25 >> 25;
    }
    return (int) slow(32, true);
  }

  /** Signed LEB128 of 33 bits: a block type or a heap type. */
  public long s33() {
    int at = position;
    if (at < limit && bytes[at] >= 0) {
      position = at + 1;
      return (long) bytes[at] << 57 >> 57;
    }
    return slow(33, true);
  }

  /** Signed LEB128 of 64 bits. */
  public long s64() {
    int at = position;
    if (at < limit && bytes[at] >= 0) {
      position = at + 1;
      return (long) bytes[at] << 57 >> 57;
    }
    return slow(64, true);
  }

  /** Unsigned LEB128 of 64 bits: an offset or a limit of a 64-bit memory. */
  public long u64() {
    int at = position;
    if (at < limit && bytes[at] >= 0) {
      position = at + 1;
      return bytes[at];
    }
    return slow(64, false);
  }

  private long slow(int bits, boolean signed) {
    int start = position;
    long result = 0;
    int shift = 0;
    while (true) {
      if (position >= limit) {
        throw end(position);
      }
      byte piece = bytes[position++];
      if (shift + 7 >= bits) {
        checkLast(piece, bits - shift, signed, start);
      }
      result |= (long) (piece & 0x7F) << shift;
      shift += 7;
      if (piece >= 0) {
        break;
      }
    }
    if (signed && shift < 64) {
      result = result << (64 - shift) >> (64 - shift);
    }
    return result;
  }

  /** The byte that holds the topmost {@code used} bits: no continuation, unused bits consistent. */
  private static void checkLast(byte piece, int used, boolean signed, int start) {
    if (piece < 0) {
      throw new WasmException(Failure.MALFORMED, start, "integer representation too long");
    }
    int unused = signed ? piece << 25 >> 25 >> (used - 1) : piece >> used;
    if (unused != 0 && (!signed || unused != -1)) {
      throw new WasmException(Failure.MALFORMED, start, "integer too large");
    }
  }

  /** Four bytes, little endian: the bits of an f32. */
  public int fixed32() {
    int at = skip(4);
    return (bytes[at] & 0xFF)
        | (bytes[at + 1] & 0xFF) << 8
        | (bytes[at + 2] & 0xFF) << 16
        | bytes[at + 3] << 24;
  }

  /** Eight bytes, little endian: the bits of an f64. */
  public long fixed64() {
    return (fixed32() & 0xFFFFFFFFL) | (long) fixed32() << 32;
  }

  /** Moves over {@code length} bytes and returns where they start. */
  public int skip(int length) {
    int at = position;
    if (length < 0 || length > limit - at) {
      throw end(limit);
    }
    position = at + length;
    return at;
  }

  /** A name (specification 5.2.4): a length and that many bytes of strict UTF-8. */
  public String name() {
    int length = count();
    int at = skip(length);
    for (int i = at; i < at + length; i++) {
      if (bytes[i] < 0) {
        return strictUtf8(at, length);
      }
    }
    return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
  }

  private String strictUtf8(int at, int length) {
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, at, length));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new WasmException(Failure.MALFORMED, at, "malformed UTF-8 encoding");
    }
  }

  private static WasmException end(int at) {
    return new WasmException(Failure.MALFORMED, at, "unexpected end");
  }
}
