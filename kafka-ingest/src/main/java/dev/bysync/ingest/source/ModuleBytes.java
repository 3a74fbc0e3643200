package dev.bysync.ingest.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one module: in memory up to 512 KiB, else in a temporary file that goes when this is
 * closed. The SHA-256 is of exactly the bytes that {@link #open} gives.
 */
public final class ModuleBytes implements AutoCloseable {
  /** The most that is held in memory. */
  public static final int MAX_IN_MEMORY = 512 * 1024;

  private final String sha256;
  private final long size;
  private final byte @Nullable [] memory;
  private final @Nullable Path file;

  private ModuleBytes(String sha256, long size, byte @Nullable [] memory, @Nullable Path file) {
    this.sha256 = sha256;
    this.size = size;
    this.memory = memory;
    this.file = file;
  }

  /** 64 lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /** All bytes, if there are at most {@link #MAX_IN_MEMORY}. */
  public Optional<byte[]> inMemory() {
    return Optional.ofNullable(memory);
  }

  /** A stream over all bytes; the caller closes it. */
  public InputStream open() throws IOException {
    if (file != null) {
      return Files.newInputStream(file);
    }
    return new ByteArrayInputStream(memory == null ? new byte[0] : memory);
  }

  @Override
  public void close() {
    if (file != null) {
      TemporaryFiles.delete(file);
    }
  }

  /**
   * Reads a stream to its end, but at most {@code maxBytes} and one more.
   *
   * @return empty if there are more than {@code maxBytes}
   * @throws TemporaryFiles.SpoolException if the temporary file can't be written
   */
  static Optional<ModuleBytes> read(InputStream in, long maxBytes) throws IOException {
    byte[] head = in.readNBytes((int) Math.min(MAX_IN_MEMORY + 1L, maxBytes + 1));
    if (head.length > maxBytes) {
      return Optional.empty();
    }
    MessageDigest digest = Sha256.digest();
    digest.update(head);
    if (head.length <= MAX_IN_MEMORY) {
      return Optional.of(new ModuleBytes(hex(digest), head.length, head, null));
    }
    Path file = TemporaryFiles.create("module");
    boolean complete = false;
    try {
      long size = spool(in, maxBytes, head, digest, file);
      complete = size <= maxBytes;
      return complete
          ? Optional.of(new ModuleBytes(hex(digest), size, null, file))
          : Optional.empty();
    } finally {
      if (!complete) {
        TemporaryFiles.delete(file);
      }
    }
  }

  private static long spool(
      InputStream in, long maxBytes, byte[] head, MessageDigest digest, Path file)
      throws IOException {
    long size = head.length;
    try (OutputStream out = TemporaryFiles.write(file)) {
      out.write(head);
      byte[] buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0 && size <= maxBytes; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
        size += n;
      }
    }
    return size;
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
