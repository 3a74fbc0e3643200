package dev.bysync.job.store;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * An object store under {@code s3a:} as S3A shows one: an object appears when its stream is closed,
 * whether all was written or not. Its faults are set by a test.
 */
public final class UnsafeS3 extends FileSystem {
  static final Map<String, byte[]> OBJECTS = new ConcurrentHashMap<>();

  /** Lets every creator win. */
  static volatile boolean ignoresCondition;

  /** How many of the next creations are answered by 409. */
  static final AtomicInteger CONFLICTS = new AtomicInteger();

  /** Whether a write fails after half of the bytes. */
  static volatile boolean failsHalfWay;

  static void reset() {
    OBJECTS.clear();
    CONFLICTS.set(0);
    ignoresCondition = false;
    failsHalfWay = false;
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.s3a.impl", UnsafeS3.class.getName());
    configuration.setBoolean("fs.s3a.impl.disable.cache", true);
    return configuration;
  }

  @Override
  public URI getUri() {
    return URI.create("s3a://bucket");
  }

  @Override
  @SuppressWarnings("rawtypes") // as Hadoop declares it
  public FSDataOutputStreamBuilder createFile(Path path) {
    return new Builder(this, path);
  }

  private static final class Builder
      extends FSDataOutputStreamBuilder<FSDataOutputStream, Builder> {
    private final Path path;

    Builder(FileSystem files, Path path) {
      super(files, path);
      this.path = path;
    }

    @Override
    public Builder getThisBuilder() {
      return this;
    }

    @Override
    public FSDataOutputStream build() throws IOException {
      boolean conditional =
          getOptions().getBoolean("fs.option.create.conditional.overwrite", false);
      return new FSDataOutputStream(new Stream(path.toUri().getPath(), conditional), null);
    }
  }

  private static final class Stream extends OutputStream implements Abortable, StreamCapabilities {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final String key;
    private final boolean conditional;
    private boolean done;

    Stream(String key, boolean conditional) {
      this.key = key;
      this.conditional = conditional;
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }

    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
      if (failsHalfWay) {
        bytes.write(content, offset, length / 2);
        throw new IOException("no route to host");
      }
      bytes.write(content, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (done) {
        return;
      }
      done = true;
      if (conditional && CONFLICTS.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IOException(
            "PUT 0-byte object: ConditionalRequestConflict (Service: S3, Status Code: 409)");
      }
      if (!conditional || ignoresCondition) {
        OBJECTS.put(key, bytes.toByteArray());
      } else if (OBJECTS.putIfAbsent(key, bytes.toByteArray()) != null) {
        throw new IOException("PreconditionFailed (Service: S3, Status Code: 412)");
      }
    }

    @Override
    public AbortableResult abort() {
      done = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return false;
        }

        @Override
        public @Nullable IOException anyCleanupException() {
          return null;
        }
      };
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(StreamCapabilities.ABORTABLE_STREAM);
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return new FSDataOutputStream(new Stream(path.toUri().getPath(), false), null);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    byte[] content = OBJECTS.get(path.toUri().getPath());
    if (content == null) {
      throw new FileNotFoundException(path.toString());
    }
    return new FSDataInputStream(new MemoryStream(content));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    byte[] content = OBJECTS.get(path.toUri().getPath());
    if (content == null) {
      throw new FileNotFoundException(path.toString());
    }
    return new FileStatus(content.length, false, 1, 1, 0, path);
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    return OBJECTS.remove(path.toUri().getPath()) != null;
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException(EnumSet.of(CreateFlag.APPEND).toString());
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("rename");
  }

  @Override
  public FileStatus[] listStatus(Path path) {
    return new FileStatus[0];
  }

  @Override
  public void setWorkingDirectory(Path path) {}

  @Override
  public Path getWorkingDirectory() {
    return new Path("s3a://bucket/");
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true;
  }
}
