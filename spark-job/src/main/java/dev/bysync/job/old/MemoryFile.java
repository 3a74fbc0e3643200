package dev.bysync.job.old;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** Parquet files in memory: a batch's files are small. */
final class MemoryFile {
  private MemoryFile() {}

  /** A file to read. */
  static final class Input implements InputFile {
    private final byte[] content;

    Input(byte[] content) {
      this.content = content;
    }

    @Override
    public long getLength() {
      return content.length;
    }

    @Override
    public SeekableInputStream newStream() {
      Cursor cursor = new Cursor(content);
      return new DelegatingSeekableInputStream(cursor) {
        @Override
        public long getPos() {
          return cursor.position();
        }

        @Override
        public void seek(long position) throws IOException {
          cursor.position(position);
        }
      };
    }
  }

  private static final class Cursor extends ByteArrayInputStream {
    Cursor(byte[] content) {
      super(content);
    }

    synchronized long position() {
      return pos;
    }

    synchronized void position(long position) throws IOException {
      if (position < 0 || position > count) {
        throw new IOException("seek to %d in a file of %d bytes".formatted(position, count));
      }
      pos = (int) position;
    }
  }
}
