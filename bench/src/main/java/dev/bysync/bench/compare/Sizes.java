package dev.bysync.bench.compare;

import java.util.zip.Deflater;

/**
 * A module's size.
 *
 * @param plain bytes
 * @param gzip bytes after gzip at its default level, header and trailer included
 */
record Sizes(long plain, long gzip) {
  /** Header and trailer around the deflated data (RFC 1952). */
  private static final int FRAME = 18;

  static final Sizes NONE = new Sizes(0, 0);

  static Sizes of(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] discarded = new byte[1 << 16];
      long size = FRAME;
      while (!deflater.finished()) {
        size += deflater.deflate(discarded);
      }
      return new Sizes(bytes.length, size);
    } finally {
      deflater.end();
    }
  }
}
