package dev.bysync.job.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A set of texts that takes no heap: SHA-256 of each in a hash table in a temporary file, which is
 * mapped into memory and which the operating system writes to disk when it needs the room. 64 to
 * 128 bytes of file for each text; the file ends with the process. For one thread.
 *
 * <p>The table has a power of two of slots of 32 bytes, at most half of them used; a text is in the
 * first free slot from the one that the first bytes of its hash name. Slots of zeros are free: no
 * text is known whose SHA-256 is zero. Rejected: shorter hashes, because who submits modules
 * chooses their names, and could then make one pass for another.
 */
public final class KeySet implements AutoCloseable {
  private static final int SLOT = 32;
  private static final int FIRST_SLOTS = 1 << 12;

  /** Slots in one mapped piece: a mapping has less than 2 GiB. */
  private static final int PIECE_SLOTS = 1 << 25;

  private final MessageDigest digest = sha256();
  private Table table;
  private long size;

  /** An empty set; its file is among the temporary ones of the system. */
  public KeySet() throws IOException {
    this.table = Table.make(FIRST_SLOTS);
  }

  /** Adds a text; false if it was there. */
  public boolean add(String text) throws IOException {
    if (2 * (size + 1) > table.slots) {
      grow();
    }
    if (!table.add(hash(text))) {
      return false;
    }
    size++;
    return true;
  }

  public boolean contains(String text) {
    return table.contains(hash(text));
  }

  /** How many texts there are. */
  public long size() {
    return size;
  }

  @Override
  public void close() throws IOException {
    table.close();
  }

  private void grow() throws IOException {
    Table larger = Table.make(2 * table.slots);
    byte[] hash = new byte[SLOT];
    for (long slot = 0; slot < table.slots; slot++) {
      table.read(slot, hash);
      if (!isFree(hash)) {
        larger.add(hash);
      }
    }
    table.close();
    table = larger;
  }

  private byte[] hash(String text) {
    return digest.digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isFree(byte[] hash) {
    for (byte b : hash) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A table of a fixed size. */
  private static final class Table implements AutoCloseable {
    private final FileChannel file;
    private final ByteBuffer[] pieces;
    private final long slots;
    private final byte[] found = new byte[SLOT];

    private Table(FileChannel file, ByteBuffer[] pieces, long slots) {
      this.file = file;
      this.pieces = pieces;
      this.slots = slots;
    }

    static Table make(long slots) throws IOException {
      Path path = Files.createTempFile("bysync-keys", ".tmp");
      FileChannel file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      ByteBuffer[] pieces = new ByteBuffer[(int) ((slots + PIECE_SLOTS - 1) / PIECE_SLOTS)];
      for (int i = 0; i < pieces.length; i++) {
        long first = (long) i * PIECE_SLOTS;
        pieces[i] =
            file.map(
                FileChannel.MapMode.READ_WRITE,
                first * SLOT,
                Math.min(PIECE_SLOTS, slots - first) * SLOT);
      }
      return new Table(file, pieces, slots);
    }

    boolean contains(byte[] hash) {
      read(slotOf(hash), found);
      return !isFree(found);
    }

    boolean add(byte[] hash) {
      long slot = slotOf(hash);
      read(slot, found);
      if (!isFree(found)) {
        return false;
      }
      pieces[(int) (slot / PIECE_SLOTS)].put((int) (slot % PIECE_SLOTS) * SLOT, hash);
      return true;
    }

    void read(long slot, byte[] into) {
      pieces[(int) (slot / PIECE_SLOTS)].get((int) (slot % PIECE_SLOTS) * SLOT, into);
    }

    /** The slot that holds the hash, or the free one where it belongs. */
    private long slotOf(byte[] hash) {
      long slot = ByteBuffer.wrap(hash).getLong() & (slots - 1);
      read(slot, found);
      while (!isFree(found) && !Arrays.equals(found, hash)) {
        slot = (slot + 1) & (slots - 1);
        read(slot, found);
      }
      return slot;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
