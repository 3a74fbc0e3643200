package dev.bysync.cli.local;

import dev.bysync.cli.outcome.CliFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folder where a run keeps what the next one needs: the broker's log, the embedded store, notes
 * of attempts, log files. One process at a time has it, by a lock of the operating system: it ends
 * with the process, however that ends.
 */
public final class StateDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel lockChannel;

  private StateDirectory(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /**
   * The default place: {@code .bysync} inside an output folder on this machine; for another store a
   * folder of the user's state, named by a hash of the output address.
   */
  public static Path defaultFor(URI out, Map<String, String> environment, Path home) {
    if ("file".equals(out.getScheme())) {
      return Path.of(out).resolve(".bysync");
    }
    String xdg = environment.get("XDG_STATE_HOME");
    Path base =
        xdg != null && Path.of(xdg).isAbsolute() ? Path.of(xdg) : home.resolve(".local/state");
    return base.resolve("bysync").resolve(shortHash(out.toString()));
  }

  /**
   * Creates the folder if need be and locks it.
   *
   * @throws CliFailure if it can't be written, or another run has it
   */
  public static StateDirectory open(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw notWritable(path, e);
    }
    Path file = path.resolve("lock");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        String owner = read(channel);
        channel.close();
        throw CliFailure.infrastructure(
            "another bysync run (process "
                + (owner.isBlank() ? "unknown" : owner)
                + ") uses "
                + path
                + ".\nWait until it has ended, or give this run a place of its own: --out or"
                + " --state.",
            null);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return new StateDirectory(path, channel);
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw notWritable(path, e);
    }
  }

  public Path path() {
    return path;
  }

  /** Where the embedded broker keeps its log. */
  public Path broker() {
    return path.resolve("kafka");
  }

  /** Where the embedded S3 endpoint keeps its objects. */
  public Path store() {
    return path.resolve("s3");
  }

  /** Where it is noted which modules are being worked on. */
  public Path attempts() {
    return path.resolve("attempts");
  }

  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process has it
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
  }

  private static void closeQuietly(@Nullable FileChannel channel, IOException reason) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  private static CliFailure notWritable(Path path, IOException cause) {
    return CliFailure.infrastructure(
        path
            + " can't be written ("
            + cause
            + ").\nGive another folder with --out, or keep the run's state elsewhere with --state.",
        cause);
  }

  private static String shortHash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
