package dev.bysync.job.sink;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.SeekableInputStream;

/** Parquet files in memory: a batch's files are small, and the store takes them whole. */
final class MemoryFile {
  private MemoryFile() {}

  /** A file to write. */
  static final class Output implements OutputFile {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] content() {
      return bytes.toByteArray();
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        @Override
        public long getPos() {
          return bytes.size();
        }

        @Override
        public void write(int b) {
          bytes.write(b);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
          bytes.write(source, offset, length);
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      bytes.reset();
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

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
