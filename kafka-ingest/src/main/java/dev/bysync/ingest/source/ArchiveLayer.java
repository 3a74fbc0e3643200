package dev.bysync.ingest.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One archive, read once from front to back. Every failure of the library, checked or not, comes
 * out as a {@link ScanException} of this layer, and what comes out is held against the limits.
 *
 * <p>Reading in order and not by the table of contents at a zip's end means that entries before a
 * damage are found, that entries can't overlap, and that nothing has to be kept.
 */
abstract sealed class ArchiveLayer {
  /** What one layer may expand to before the ratio counts: small archives of zeros are no bomb. */
  static final long RATIO_FROM_BYTES = 16L << 20;

  /** An entry of an archive. */
  record Entry(String name, Kind kind) {
    enum Kind {
      /** A file that {@link #content} reads. */
      FILE,
      /** A directory, a link, a device: nothing to be read. */
      NO_FILE,
      /** Encrypted, or in a method that the library can't read. */
      UNREADABLE
    }
  }

  final MeteredStream in;
  final int layer;
  private final Budget budget;
  private final InputStream content = new Content();
  private long out;

  private ArchiveLayer(MeteredStream in, int layer, Budget budget) {
    this.in = in;
    this.layer = layer;
    this.budget = budget;
  }

  static ArchiveLayer open(Format format, InputStream raw, int layer, Budget budget)
      throws ScanException {
    MeteredStream in = new MeteredStream(raw, layer);
    try {
      return switch (format) {
        case ZIP -> new Zip(in, layer, budget);
        case TAR -> new Tar(in, layer, budget);
        case GZIP, BZIP2, XZ, ZSTD -> new Compressed(format, in, layer, budget);
        case COMPONENT -> new Component(in, layer, budget);
        case WASM, TEXT, OTHER -> throw new IllegalArgumentException("no archive: " + format);
      };
    } catch (IOException e) {
      throw ScanException.damaged(layer, e);
    } catch (LinkageError e) { // Zstandard is native code, unpacked to the temporary directory
      throw ScanException.unsupported(
          layer,
          "%s can't be read here: %s".formatted(format, e.getMessage()),
          "let programs be started from the temporary directory (java.io.tmpdir)");
    }
  }

  /** The next entry, the rest of the one before being passed over; null at the end. */
  final @Nullable Entry next() throws ScanException {
    try {
      content.transferTo(OutputStream.nullOutputStream());
      Entry entry = nextEntry();
      if (entry != null) {
        budget.spendEntry();
      }
      return entry;
    } catch (IOException | RuntimeException e) {
      throw ScanException.damaged(layer, e);
    }
  }

  /** The content of the entry that {@link #next} gave; throws nothing but ScanException. */
  final InputStream content() {
    return content;
  }

  abstract @Nullable Entry nextEntry() throws IOException;

  abstract int readEntry(byte[] bytes, int offset, int length) throws IOException;

  private final class Content extends InputStream {
    @Override
    public int read() throws ScanException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws ScanException {
      int n;
      try {
        n = readEntry(bytes, offset, length);
      } catch (IOException | RuntimeException e) {
        throw ScanException.damaged(layer, e);
      }
      if (n > 0) {
        out += n;
        budget.spendExpanded(n);
        if (out > RATIO_FROM_BYTES && out / Math.max(1, in.count()) >= budget.maxRatio()) {
          throw ScanException.limit(
              layer, "expands to more than %d times its size".formatted(budget.maxRatio()));
        }
      }
      return n;
    }
  }

  private static final class Zip extends ArchiveLayer {
    /** Less than the table of contents of one entry and the end record can follow a cut. */
    private static final int LEAST_TAIL = 46 + 22;

    private final ZipArchiveInputStream zip;
    private @Nullable ZipArchiveEntry current;

    Zip(MeteredStream in, int layer, Budget budget) {
      super(in, layer, budget);
      zip = new ZipArchiveInputStream(in, "UTF-8", true, false);
    }

    @Override
    @Nullable Entry nextEntry() throws IOException {
      long end = current == null ? 0 : current.getDataOffset() + zip.getCompressedCount();
      boolean first = current == null;
      current = zip.getNextEntry();
      if (current == null) {
        if (!first && in.count() - end < LEAST_TAIL) {
          throw ScanException.truncated(layer); // the library takes it for the end
        }
        return null;
      }
      if (current.isDirectory()) {
        return new Entry(current.getName(), Entry.Kind.NO_FILE);
      }
      return new Entry(
          current.getName(),
          zip.canReadEntryData(current) ? Entry.Kind.FILE : Entry.Kind.UNREADABLE);
    }

    @Override
    int readEntry(byte[] bytes, int offset, int length) throws IOException {
      return current == null || !zip.canReadEntryData(current)
          ? -1
          : zip.read(bytes, offset, length);
    }
  }

  private static final class Tar extends ArchiveLayer {
    /** Long names and pax headers are held in memory by the library. */
    private static final long MAX_HEADER_BYTES = 1 << 20;

    private static final long BLOCK = 512;

    private final TarArchiveInputStream tar;
    private @Nullable TarArchiveEntry current;

    Tar(MeteredStream in, int layer, Budget budget) {
      super(in, layer, budget);
      tar = new TarArchiveInputStream(in, "UTF-8");
    }

    @Override
    @Nullable Entry nextEntry() throws IOException {
      in.allow(MAX_HEADER_BYTES);
      current = tar.getNextEntry();
      in.allow(Long.MAX_VALUE);
      if (current == null) {
        if (in.zeros() < BLOCK) {
          throw ScanException.truncated(layer); // the end is marked by blocks of zeros
        }
        return null;
      }
      boolean file = current.isFile() && !current.isLink() && !current.isSymbolicLink();
      if (!file) {
        return new Entry(current.getName(), Entry.Kind.NO_FILE);
      }
      return new Entry(
          current.getName(),
          tar.canReadEntryData(current) ? Entry.Kind.FILE : Entry.Kind.UNREADABLE);
    }

    @Override
    int readEntry(byte[] bytes, int offset, int length) throws IOException {
      return current == null ? -1 : tar.read(bytes, offset, length);
    }
  }

  /** A single file. */
  private static final class Compressed extends ArchiveLayer {
    /** What XZ may use: its largest preset needs 65 MiB, a header may ask for 4 GiB. */
    private static final int MAX_XZ_KIB = 128 << 10;

    private final CompressorInputStream file;
    private boolean started;

    Compressed(Format format, MeteredStream in, int layer, Budget budget) throws IOException {
      super(in, layer, budget);
      file =
          switch (format) {
            case GZIP ->
                GzipCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(true)
                    .get();
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case XZ ->
                XZCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(true)
                    .setMemoryLimitKiB(MAX_XZ_KIB)
                    .get();
            case ZSTD -> new ZstdCompressorInputStream(in); // a window of 128 MiB at most
            default -> throw new IllegalArgumentException("no compression: " + format);
          };
    }

    @Override
    @Nullable Entry nextEntry() {
      boolean first = !started;
      started = true;
      return first ? new Entry("", Entry.Kind.FILE) : null;
    }

    @Override
    int readEntry(byte[] bytes, int offset, int length) throws IOException {
      return started ? file.read(bytes, offset, length) : -1;
    }
  }

  /**
   * A component: eight bytes (magic, version 13, layer 1), then sections, each an id and a size in
   * LEB128 before its content. Section 1 is a core module, section 4 a component, whole as in a
   * file of their own (component model, binary format).
   */
  private static final class Component extends ArchiveLayer {
    private static final int PREAMBLE_BYTES = 8;
    private static final int VERSION = 0x0D;
    private static final int CORE_MODULE = 1;
    private static final int NESTED = 4;

    private int modules;
    private int components;
    private long remaining;

    Component(MeteredStream in, int layer, Budget budget) throws IOException {
      super(in, layer, budget);
      byte[] preamble = in.readNBytes(PREAMBLE_BYTES);
      int version = (preamble[4] & 0xFF) | (preamble[5] & 0xFF) << 8;
      if (version != VERSION) {
        throw ScanException.unsupported(
            layer,
            "a component in version %d of the format; only %d is known".formatted(version, VERSION),
            "build it with current tools");
      }
    }

    @Override
    @Nullable Entry nextEntry() throws IOException {
      int id = in.read();
      if (id < 0) {
        return null;
      }
      remaining = size();
      return switch (id) {
        case CORE_MODULE -> new Entry("module-" + modules++, Entry.Kind.FILE);
        case NESTED -> new Entry("component-" + components++, Entry.Kind.FILE);
        default -> new Entry("", Entry.Kind.NO_FILE);
      };
    }

    private long size() throws IOException {
      long size = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException();
        }
        size |= (next & 0x7FL) << shift;
        if (next < 0x80) {
          return size;
        }
      }
      throw new IOException("the size of a section is too long");
    }

    @Override
    int readEntry(byte[] bytes, int offset, int length) throws IOException {
      if (remaining == 0) {
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(length, remaining));
      if (n < 0) {
        throw new EOFException();
      }
      remaining -= n;
      return n;
    }
  }
}
