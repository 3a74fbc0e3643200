package dev.bysync.ingest.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Writes a body to a file, at most so many bytes, and hashes it on the way. */
final class FileBody implements BodySubscriber<Long> {
  /** More than allowed came. */
  static final class TooLargeException extends IOException {
    TooLargeException(long maxBytes) {
      super("larger than %d bytes".formatted(maxBytes));
    }
  }

  /** A digest is another. */
  static final class IntegrityException extends IOException {
    IntegrityException(Digest expected, String actual) {
      super("its %s is %s, not %s".formatted(expected.algorithm(), actual, expected.hex()));
    }
  }

  /** The file can't be written. */
  static final class DiskException extends IOException {
    DiskException(IOException cause) {
      super("can't write a temporary file: " + cause.getMessage(), cause);
    }
  }

  private final long maxBytes;
  private final List<Digest> expected;
  private final List<MessageDigest> digests = new ArrayList<>();
  private final FileChannel file;
  private final CompletableFuture<Long> size = new CompletableFuture<>();
  private volatile Flow.@Nullable Subscription subscription;
  private long count;

  FileBody(Path file, long maxBytes, List<Digest> expected) throws IOException {
    this.maxBytes = maxBytes;
    this.expected = expected;
    expected.forEach(digest -> digests.add(digest.messageDigest()));
    this.file =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Override
  public CompletionStage<Long> getBody() {
    return size;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    subscription = upstream;
    upstream.request(Long.MAX_VALUE); // HTTP/1.1 and 2 push back by their own flow control
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (size.isDone()) {
        return;
      }
      count += buffer.remaining();
      if (count > maxBytes) {
        fail(new TooLargeException(maxBytes));
        return;
      }
      digests.forEach(digest -> digest.update(buffer.duplicate()));
      try {
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
      } catch (IOException e) {
        fail(new DiskException(e));
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    fail(failure);
  }

  @Override
  public void onComplete() {
    for (int i = 0; i < digests.size(); i++) {
      String actual = HexFormat.of().formatHex(digests.get(i).digest());
      if (!actual.equals(expected.get(i).hex())) {
        fail(new IntegrityException(expected.get(i), actual));
        return;
      }
    }
    try {
      file.close();
      size.complete(count);
    } catch (IOException e) {
      size.completeExceptionally(new DiskException(e));
    }
  }

  /** Closes the file, whatever has come. */
  void abandon() {
    fail(new IOException("abandoned"));
  }

  private void fail(Throwable failure) {
    Flow.Subscription upstream = subscription;
    if (upstream != null) {
      upstream.cancel();
    }
    try {
      file.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    size.completeExceptionally(failure);
  }
}
