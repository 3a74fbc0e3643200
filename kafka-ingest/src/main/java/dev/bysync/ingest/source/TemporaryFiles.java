package dev.bysync.ingest.source;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Temporary files; failures to write them are told apart from failures to read a source. */
final class TemporaryFiles {
  private TemporaryFiles() {}

  /** A temporary file can't be written: the machine's fault, not the source's. */
  static final class SpoolException extends IOException {
    SpoolException(IOException cause) {
      super("can't write a temporary file: " + cause.getMessage(), cause);
    }
  }

  static Path create(String kind) throws SpoolException {
    try {
      return Files.createTempFile("bysync-" + kind + "-", ".tmp");
    } catch (IOException e) {
      throw new SpoolException(e);
    }
  }

  static Path createDirectory(String kind) throws SpoolException {
    try {
      return Files.createTempDirectory("bysync-" + kind + "-");
    } catch (IOException e) {
      throw new SpoolException(e);
    }
  }

  static OutputStream write(Path file) throws SpoolException {
    try {
      return new Spool(Files.newOutputStream(file));
    } catch (IOException e) {
      throw new SpoolException(e);
    }
  }

  /** Deletes a file, or a directory with all that is in it, as far as that is possible. */
  static void delete(Path path) {
    try (Stream<Path> below = Files.walk(path)) { // does not follow links
      List<Path> deepestFirst = below.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      path.toFile().deleteOnExit(); // in use on Windows, perhaps: when we end, then
    }
  }

  private static final class Spool extends FilterOutputStream {
    Spool(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new SpoolException(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } catch (IOException e) {
        throw new SpoolException(e);
      }
    }
  }
}
