package dev.bysync.job.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;

/** Bytes as Hadoop wants a stream to read. */
final class MemoryStream extends ByteArrayInputStream implements Seekable, PositionedReadable {
  MemoryStream(byte[] content) {
    super(content);
  }

  @Override
  public synchronized void seek(long position) {
    pos = (int) position;
  }

  @Override
  public synchronized long getPos() {
    return pos;
  }

  @Override
  public boolean seekToNewSource(long position) {
    return false;
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) {
    int n = (int) Math.min(length, count - position);
    System.arraycopy(buf, (int) position, buffer, offset, n);
    return n;
  }

  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    read(position, buffer, offset, length);
  }

  @Override
  public void readFully(long position, byte[] buffer) throws IOException {
    readFully(position, buffer, 0, buffer.length);
  }
}
