package dev.bysync.job.transform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a JVM is working on, noted on its own disk before the work starts: if it dies, the next run
 * on this machine finds out whose fault that may have been, and processes those modules apart. For
 * runs whose driver does the work; of an executor that dies the driver itself knows.
 *
 * <p>One file for each task, {@code PID-UUID}, that holds the SHA-256 of one module or is empty. It
 * is written without waiting for the disk: that survives the death of a process, and one of the
 * whole machine says nothing about a module.
 */
final class AttemptNotes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptNotes.class);
  private static final int MAX_NOTES = 10_000;
  private static final int DIGITS = 64;

  private final FileChannel file;
  private final Path path;

  private AttemptNotes(FileChannel file, Path path) {
    this.file = file;
    this.path = path;
  }

  /** Notes of one task; empty, with a line in the log, if the folder can't be written. */
  static Optional<AttemptNotes> open(String folder) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path place = Files.createDirectories(Path.of(folder));
      Path path = place.resolve(ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString());
      return Optional.of(
          new AttemptNotes(
              FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              path));
    } catch (IOException e) {
      LOG.warn(
          "attempts can't be noted in {}: a module that kills the job is not known", folder, e);
      return Optional.empty();
    }
  }

  /** Notes that work on a module starts. */
  void begin(String sha256) throws IOException {
    file.write(ByteBuffer.wrap(sha256.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  /** Notes that it has ended. */
  void end() throws IOException {
    file.truncate(0);
  }

  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(path);
  }

  /** SHA-256 of the modules that processes which are dead by now were working on. */
  static Set<String> suspects(String folder) {
    Set<String> suspects = new HashSet<>();
    Path place = Path.of(folder);
    if (folder.isEmpty() || !Files.isDirectory(place)) {
      return suspects;
    }
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(place)) {
      for (Path note : notes) {
        if (suspects.size() < MAX_NOTES && isOfADeadProcess(note)) {
          String text = Files.readString(note, StandardCharsets.ISO_8859_1);
          if (text.length() == DIGITS) {
            suspects.add(text);
          } else {
            Files.deleteIfExists(note);
          }
        }
      }
    } catch (IOException e) {
      LOG.warn("notes of earlier attempts can't be read in {}", folder, e);
    }
    return suspects;
  }

  /** Forgets the notes of dead processes: their modules have verdicts now. */
  static void forget(String folder) {
    if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
      return;
    }
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(Path.of(folder))) {
      for (Path note : notes) {
        if (isOfADeadProcess(note)) {
          Files.deleteIfExists(note);
        }
      }
    } catch (IOException e) {
      LOG.warn("notes of earlier attempts stay in {}", folder, e);
    }
  }

  private static boolean isOfADeadProcess(Path note) {
    String name = String.valueOf(note.getFileName());
    int dash = name.indexOf('-');
    try {
      return dash > 0 && ProcessHandle.of(Long.parseLong(name.substring(0, dash))).isEmpty();
    } catch (NumberFormatException e) {
      return false; // not ours
    }
  }
}
