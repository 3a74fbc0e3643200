package dev.bysync.ingest.publish;

import dev.bysync.ingest.source.ModuleBytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Modules that are too large for an event: {@code STORE/modules/aa/SHA256.wasm}, where aa is how
 * the SHA-256 begins. An object is there whole or not at all, and never changes.
 */
final class ModuleStore implements AutoCloseable {
  private static final int PROBE_TIMEOUT_S = 15;

  /** Stores whose objects appear whole when a write is closed, and where renaming is a copy. */
  private static final Set<String> OBJECT_STORES = Set.of("s3a", "s3", "gs", "abfs", "abfss");

  private final FileSystem opened;
  private final FileSystem files;
  private final Path modules;
  private final boolean objectStore;

  private ModuleStore(FileSystem opened, FileSystem files, Path modules, boolean objectStore) {
    this.opened = opened;
    this.files = files;
    this.modules = modules;
    this.objectStore = objectStore;
  }

  /** Opens the store and asks it for something, so that a wrong address is noticed at once. */
  static ModuleStore open(URI root, Configuration hadoop) throws PublishException {
    CompletableFuture<ModuleStore> opening = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                opening.complete(probe(root, hadoop));
              } catch (IOException | RuntimeException | LinkageError e) {
                opening.completeExceptionally(e);
              }
            },
            "bysync-store-probe");
    thread.setDaemon(true); // clients retry for minutes
    thread.start();
    try {
      return opening.get(PROBE_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new PublishException(
          "the store %s did not answer within %d s; check its address and the network"
              .formatted(root, PROBE_TIMEOUT_S),
          e);
    } catch (ExecutionException e) {
      throw failed(root, "can't be used", e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while opening the store", e);
    }
  }

  private static ModuleStore probe(URI root, Configuration hadoop) throws IOException {
    if (root.getScheme() == null) {
      throw new IOException("it has no scheme such as file: or s3a:");
    }
    FileSystem opened = FileSystem.newInstance(root, hadoop);
    FileSystem files =
        opened instanceof LocalFileSystem local
            ? local.getRawFileSystem() // no checksum files beside ours: the name is the checksum
            : opened;
    Path modules = new Path(new Path(root), "modules");
    boolean objectStore = OBJECT_STORES.contains(root.getScheme());
    if (objectStore) {
      size(files, modules); // asks the bucket
    } else if (!files.mkdirs(modules)) {
      throw new IOException("directory " + modules + " can't be made");
    }
    return new ModuleStore(opened, files, files.makeQualified(modules), objectStore);
  }

  /** Stores a module unless it is there, and returns where. */
  URI put(ModuleBytes module) throws PublishException {
    Path object =
        new Path(modules, module.sha256().substring(0, 2) + "/" + module.sha256() + ".wasm");
    try {
      if (size(files, object) != module.size()) {
        if (objectStore) {
          write(module, object);
        } else {
          writeAndRename(module, object);
        }
      }
      return object.toUri();
    } catch (IOException | RuntimeException e) {
      throw failed(object.toUri(), "can't be written", e);
    }
  }

  private void writeAndRename(ModuleBytes module, Path object) throws IOException {
    Path temporary = new Path(object.getParent(), "." + UUID.randomUUID() + ".tmp");
    try {
      write(module, temporary);
      if (!files.rename(temporary, object) && size(files, object) != module.size()) {
        throw new IOException("renaming " + temporary + " failed");
      }
    } finally {
      files.delete(temporary, false); // gone already if all went well
    }
  }

  private void write(ModuleBytes module, Path path) throws IOException {
    FSDataOutputStream out = files.create(path, true);
    boolean complete = false;
    try (out;
        InputStream in = module.open()) {
      try {
        in.transferTo(out);
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync();
        }
        complete = true;
      } finally {
        if (!complete && out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
          out.abort(); // closing would publish the half of it
        }
      }
    }
  }

  /** The object's size, -1 if there is none. */
  private static long size(FileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path).getLen();
    } catch (FileNotFoundException e) {
      return -1;
    }
  }

  private static PublishException failed(URI where, String what, Throwable cause) {
    return new PublishException(
        "%s in the object store %s: %s; check the address, the rights and the space there, then run again"
            .formatted(where, what, cause.getMessage() == null ? cause : cause.getMessage()),
        cause);
  }

  @Override
  public void close() throws PublishException {
    try {
      opened.close();
    } catch (IOException e) {
      throw failed(modules.toUri(), "can't be closed", e);
    }
  }
}
