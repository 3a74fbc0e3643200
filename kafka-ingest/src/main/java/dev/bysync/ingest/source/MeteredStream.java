package dev.bysync.ingest.source;

import java.io.IOException;
import java.io.InputStream;

/**
 * What goes into one layer: counts the bytes, keeps the number of zeros at the end, and can be told
 * how much may still be read.
 */
final class MeteredStream extends InputStream {
  private final InputStream in;
  private final int layer;
  private long count;
  private long zeros;
  private long allowed = Long.MAX_VALUE;

  MeteredStream(InputStream in, int layer) {
    this.in = in;
    this.layer = layer;
  }

  long count() {
    return count;
  }

  /** How many zero bytes in a row were the last ones read. */
  long zeros() {
    return zeros;
  }

  /** From now on reading more than this many bytes fails. */
  void allow(long bytes) {
    allowed = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (allowed <= 0 && length > 0) {
      throw ScanException.limit(layer, "an entry's header is too large");
    }
    int n = in.read(bytes, offset, (int) Math.min(length, Math.max(allowed, 0)));
    if (n > 0) {
      count += n;
      allowed -= n;
      int i = offset + n;
      while (i > offset && bytes[i - 1] == 0) {
        i--;
      }
      zeros = i == offset ? zeros + n : offset + n - i;
    }
    return n;
  }
}
