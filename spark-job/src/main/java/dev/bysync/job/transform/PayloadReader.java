package dev.bysync.job.transform;

import dev.bysync.job.store.ObjectTooLargeException;
import dev.bysync.job.store.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** Gets a module's bytes. Events are not trusted: nothing of what they claim is taken for true. */
final class PayloadReader {
  /** Where an object may be: never a URI that makes this machine call a web server. */
  private static final Set<String> SCHEMES =
      Set.of("file", "s3a", "hdfs", "abfs", "abfss", "gs", "viewfs");

  private final Configuration configuration;
  private final URI out;
  private final long maxBytes;

  PayloadReader(Configuration configuration, URI out, long maxBytes) {
    this.configuration = configuration;
    this.out = out;
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
   * @throws StoreFailedException if our own store fails
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
    String path = uri.getPath();
    if (!SCHEMES.contains(String.valueOf(uri.getScheme())) || path == null || path.isEmpty()) {
      throw new BadPayloadException("payloads are not read from " + uri);
    }
    int name = path.lastIndexOf('/') + 1;
    try {
      URI folder =
          new URI(uri.getScheme(), uri.getAuthority(), path.substring(0, name), null, null);
      return Store.open(configuration, folder).read(path.substring(name), item.size());
    } catch (FileNotFoundException e) {
      throw new BadPayloadException("the payload's object is missing: " + uri);
    } catch (ObjectTooLargeException e) {
      throw new BadPayloadException(
          "the payload's object %s is larger than the %d bytes its event says"
              .formatted(uri, item.size()));
    } catch (IOException e) {
      if (isOurs(uri)) {
        throw new StoreFailedException("can't read " + uri, e);
      }
      throw new BadPayloadException("can't read the payload's object: " + e.getMessage());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new BadPayloadException("the payload's URI is wrong: " + e.getMessage());
    }
  }

  private boolean isOurs(URI uri) {
    return Objects.equals(uri.getScheme(), out.getScheme())
        && Objects.equals(uri.getAuthority(), out.getAuthority());
  }
}
