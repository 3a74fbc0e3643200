package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files and standard streams of the commands on single modules; {@code -} is a stream. */
final class WasmFiles {
  /** The largest input, 1 GiB, as for ingested modules. */
  private static final int MAX_BYTES = 1 << 30;

  /** The name that stands for standard input or output. */
  static final String STREAM = "-";

  private WasmFiles() {}

  /**
   * Reads all of a file or of standard input.
   *
   * @throws CliFailure if it can't be read or is larger than 1 GiB
   */
  static byte[] read(String name) {
    try (InputStream in = name.equals(STREAM) ? System.in : Files.newInputStream(Path.of(name))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw CliFailure.badInput(name + ": larger than 1 GiB, the most a module may have", null);
      }
      return bytes;
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw CliFailure.badInput(name + ": no such file", e);
    } catch (IOException e) {
      throw CliFailure.badInput(
          name + ": can't be read" + (isDirectory(name) ? ", it is a directory" : ": " + e), e);
    }
  }

  private static boolean isDirectory(String name) {
    return Files.isDirectory(Path.of(name));
  }

  /**
   * Writes a file, whole or not at all, or to standard output.
   *
   * @throws CliFailure if it can't be written
   */
  static void write(String name, byte[] bytes) {
    try {
      if (name.equals(STREAM)) {
        System.out.write(bytes);
        System.out.flush();
        return;
      }
      writeFile(Path.of(name).toAbsolutePath(), bytes);
    } catch (IOException e) {
      throw CliFailure.infrastructure(
          name + ": can't be written (" + e + "); is there room, and may you write there?", e);
    }
  }

  /**
   * Makes the folder of a file with those above it, if it isn't there.
   *
   * @throws CliFailure if it can't be made
   */
  static void createFolderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw CliFailure.infrastructure(folder + ": this folder can't be made: " + e, e);
    }
  }

  private static void writeFile(Path file, byte[] bytes) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      Files.write(file, bytes); // a device or a pipe; a directory fails here
      return;
    }
    Path parent = file.getParent();
    if (parent == null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path temporary = parent.resolve("." + file.getFileName() + "." + pid() + ".tmp");
    try {
      Files.write(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }
}
