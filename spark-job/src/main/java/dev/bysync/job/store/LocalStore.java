package dev.bysync.job.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder. Not through Hadoop's local file system, which adds checksum files and can't create a
 * file atomically only if there is none.
 */
final class LocalStore implements Store {
  private final Path root;

  LocalStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public URI root() {
    return root.toUri();
  }

  @Override
  public Outcome create(String path, byte[] content) throws IOException {
    Path target = resolve(path);
    if (Files.exists(target)) {
      return Outcome.EXISTED;
    }
    Path temporary = write(content);
    try {
      Files.createDirectories(parent(target));
      return publish(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    Path target = resolve(path);
    Path temporary = write(content);
    try {
      Files.createDirectories(parent(target));
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public byte[] read(String path, long limit) throws IOException {
    Path file = resolve(path);
    try (InputStream in = Files.newInputStream(file)) {
      return Streams.readAll(in, path, limit);
    } catch (NoSuchFileException e) {
      FileNotFoundException missing = new FileNotFoundException("no such file: " + file);
      missing.initCause(e);
      throw missing;
    }
  }

  @Override
  public List<Entry> list(String folder) throws IOException {
    Path start = resolve(folder);
    try (Stream<Path> files = Files.list(start)) {
      List<Path> sorted = files.sorted().toList();
      List<Entry> entries = new ArrayList<>(sorted.size());
      for (Path file : sorted) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
          entries.add(
              new Entry(
                  folder + "/" + file.getFileName(),
                  attributes.size(),
                  attributes.lastModifiedTime().toMillis()));
        }
      }
      return List.copyOf(entries);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    try (Stream<Path> files = Files.list(resolve(folder))) {
      return files
          .filter(Files::isDirectory)
          .map(file -> folder + "/" + file.getFileName())
          .sorted()
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Path start = resolve(path);
    if (!Files.exists(start)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(start)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** A link fails if the name is taken, however many writers try at the same time. */
  private static Outcome publish(Path temporary, Path target) throws IOException {
    try {
      Files.createLink(target, temporary);
      return Outcome.CREATED;
    } catch (FileAlreadyExistsException e) {
      return Outcome.EXISTED;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without hard links: safe for one writer at a time.
      try {
        Files.move(temporary, target);
        return Outcome.CREATED;
      } catch (FileAlreadyExistsException taken) {
        return Outcome.EXISTED;
      }
    }
  }

  private Path write(byte[] content) throws IOException {
    Path folder = Files.createDirectories(root.resolve(TEMPORARY));
    Path temporary = folder.resolve(UUID.randomUUID().toString());
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true); // or a power cut may leave an empty file under a final name
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return temporary;
  }

  private Path resolve(String path) {
    Path resolved = root.resolve(path).normalize();
    if (!resolved.startsWith(root)) {
      throw new IllegalArgumentException("path leaves the store: " + path);
    }
    return resolved;
  }

  private Path parent(Path target) {
    Path parent = target.getParent();
    return parent == null ? root : parent;
  }
}
