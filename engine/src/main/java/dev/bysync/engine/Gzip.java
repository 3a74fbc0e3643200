package dev.bysync.engine;

import java.util.zip.Deflater;

/** Sizes after gzip at its default level, as a web server would send it. */
public final class Gzip {
  /** Header and trailer around the deflated data (RFC 1952). */
  private static final int FRAME = 18;

  private Gzip() {}

  /** Size of these bytes then, header and trailer included. */
  public static long size(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] discarded = new byte[1 << 16];
      long size = FRAME;
      while (!deflater.finished()) {
        size += deflater.deflate(discarded);
      }
      return size;
    } finally {
      deflater.end();
    }
  }
}
