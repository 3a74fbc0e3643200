package dev.bysync.job.transform;

import dev.bysync.job.store.ObjectTooLargeException;
import dev.bysync.job.store.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Gets a module's bytes. Events are not trusted: nothing of what they claim is taken for true, and
 * what they name is read only from below the folders of {@link PayloadRules}. A read that fails is
 * the event's fault, unless its folder can't be read at all.
 */
final class PayloadReader {
  /** Segments by which a path may leave the folder that it begins with. */
  private static final Pattern WAY_OUT = Pattern.compile("(?s).*(?:^|/)\\.{0,2}(?:/.*|$)");

  /** An object that nobody writes: a store that works says that it is missing. */
  private static final String PROBE = ".bysync-probe";

  private final Configuration configuration;
  private final List<URI> folders;
  private final int seconds;
  private final long maxBytes;

  PayloadReader(Configuration configuration, URI out, PayloadRules rules, long maxBytes) {
    this.configuration = configuration;
    this.folders = rules.folders(out);
    this.seconds = rules.seconds();
    this.maxBytes = maxBytes;
  }

  /** Why a module's bytes are not to be had; the message goes into its row. */
  static final class BadPayloadException extends Exception {
    BadPayloadException(String message) {
      super(message);
    }
  }

  /**
   * The bytes of a work item.
   *
   * @throws BadPayloadException if they are missing, are not as the event says or are too many
   * @throws StoreFailedException if the store that has the payloads fails
   */
  byte[] read(WorkItem item) throws BadPayloadException, StoreFailedException {
    if (item.size() > maxBytes) {
      throw new BadPayloadException(
          "%d bytes are too many: at most %d (--max-module-bytes)"
              .formatted(item.size(), maxBytes));
    }
    byte[] bytes = item.uri().isEmpty() ? item.inline() : fetch(item);
    if (bytes.length != item.size()) {
      throw new BadPayloadException(
          "the payload has %d bytes, its event says %d".formatted(bytes.length, item.size()));
    }
    String actual = Sha256.hex(bytes);
    if (!actual.equals(item.sha256())) {
      throw new BadPayloadException("the payload's SHA-256 is " + actual);
    }
    return bytes;
  }

  private byte[] fetch(WorkItem item) throws BadPayloadException, StoreFailedException {
    URI uri = URI.create(item.uri());
    URI folder = folder(uri);
    String path = uri.getPath();
    int name = path.lastIndexOf('/') + 1;
    try {
      return inTime(
          () -> {
            URI parent =
                new URI(uri.getScheme(), uri.getAuthority(), path.substring(0, name), null, null);
            return Store.open(configuration, parent).read(path.substring(name), item.size());
          });
    } catch (FileNotFoundException e) {
      throw new BadPayloadException("the payload's object is missing: " + uri);
    } catch (ObjectTooLargeException e) {
      throw new BadPayloadException(
          "the payload's object %s is larger than the %d bytes its event says"
              .formatted(uri, item.size()));
    } catch (IOException e) {
      probe(folder);
      throw new BadPayloadException("can't read the payload's object: " + e.getMessage());
    }
  }

  /** The folder of the rules that an object is in. */
  private URI folder(URI uri) throws BadPayloadException, StoreFailedException {
    String path = uri.getPath();
    if (path != null && !WAY_OUT.matcher(path.substring(Math.min(1, path.length()))).matches()) {
      for (URI folder : folders) {
        if (Objects.equals(folder.getScheme(), uri.getScheme()) && isBelow(folder, uri)) {
          return folder;
        }
      }
    }
    throw new BadPayloadException(
        "payloads are not read from %s, but from below %s (--payload-roots)"
            .formatted(uri, folders));
  }

  private boolean isBelow(URI folder, URI uri) throws StoreFailedException {
    if (!"file".equals(uri.getScheme())) {
      return Objects.equals(authority(folder), uri.getAuthority())
          && uri.getPath().startsWith(folder.getPath() + "/");
    }
    if (uri.getRawAuthority() != null && !uri.getRawAuthority().isEmpty()) {
      return false;
    }
    try { // links may lead into the folder, for it may have several names, but not out of it
      return inTime(
          () ->
              Path.of(uri.getPath())
                  .toRealPath()
                  .startsWith(Path.of(folder.getPath()).toRealPath()));
    } catch (StoreFailedException e) {
      throw e;
    } catch (IOException e) {
      // a missing file, or one that is not ours to see
      return uri.getPath().startsWith(folder.getPath() + "/");
    }
  }

  /** {@code hdfs:///path} is on Hadoop's default file system, which the ingest's addresses name. */
  private @Nullable String authority(URI folder) throws StoreFailedException {
    if (folder.getAuthority() != null) {
      return folder.getAuthority();
    }
    try {
      return inTime(() -> FileSystem.get(folder, configuration).getUri().getAuthority());
    } catch (IOException e) {
      throw new StoreFailedException("can't open " + folder, e);
    }
  }

  /** Tells a folder that can't be read from an object that can't. */
  private void probe(URI folder) throws StoreFailedException {
    try {
      inTime(() -> Store.open(configuration, folder).read(PROBE, 0));
    } catch (FileNotFoundException | ObjectTooLargeException e) {
      return; // as it should be
    } catch (StoreFailedException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreFailedException("can't read from " + folder, e);
    }
  }

  /** Runs it on a thread of its own: a file system's client may wait for ever. */
  private <T> T inTime(Callable<T> read) throws IOException {
    FutureTask<T> task = new FutureTask<>(read);
    Thread thread = new Thread(task, "bysync-payload");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer within %d s (--payload-seconds)".formatted(seconds), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      // a file system whose classes are missing, a path that it doesn't take
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailedException(
          "interrupted while a payload was read", new InterruptedIOException("the task is ending"));
    } finally {
      task.cancel(true);
    }
  }
}
