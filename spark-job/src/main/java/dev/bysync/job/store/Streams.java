package dev.bysync.job.store;

import java.io.IOException;
import java.io.InputStream;

/** Reading with a bound. */
final class Streams {
  private Streams() {}

  static byte[] readAll(InputStream in, String path, long limit) throws IOException {
    // One byte more than allowed tells a larger object from one of exactly this size.
    int most = (int) Math.min(limit + 1, Integer.MAX_VALUE - 8);
    byte[] content = in.readNBytes(most);
    if (content.length > limit) {
      throw new ObjectTooLargeException(path, limit);
    }
    return content;
  }
}
