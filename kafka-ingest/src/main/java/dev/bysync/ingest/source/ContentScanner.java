package dev.bysync.ingest.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Looks through one file: a module, or archives in archives with modules in them. Recursive over
 * archives alone, whose depth is limited.
 */
final class ContentScanner<E extends Exception> {
  /** How a file came to be looked at. */
  enum Role {
    /** Given by the user: a module even if it is no wasm, so that it appears in the results. */
    NAMED,
    /** Found: passed over unless it is wasm or an archive. */
    FOUND
  }

  private final String source;
  private final Limits limits;
  private final ModuleSink<E> sink;

  ContentScanner(String source, Limits limits, ModuleSink<E> sink) {
    this.source = source;
    this.limits = limits;
    this.sink = sink;
  }

  void scan(Path file, Origin origin, Role role, OpenOption... options) throws E {
    try (FileLayer in = open(file, options)) {
      inspect(in, origin, new Budget(limits), 0, role);
    } catch (ScanException e) {
      problem(origin, e.what(), e.remedy());
    }
  }

  private static FileLayer open(Path file, OpenOption... options) throws ScanException {
    try {
      return new FileLayer(Files.newInputStream(file, options));
    } catch (IOException e) {
      throw ScanException.damaged(0, e);
    }
  }

  private void inspect(InputStream raw, Origin origin, Budget budget, int layer, Role role)
      throws E, ScanException {
    byte[] head = head(raw, layer);
    InputStream in = new SequenceInputStream(new ByteArrayInputStream(head), raw);
    Format format = Format.of(head);
    switch (format) {
      case WASM -> module(in, origin, layer);
      case ZIP, TAR, GZIP -> archive(format, in, origin, budget, layer + 1);
      case OTHER -> {
        if (role == Role.NAMED) {
          module(in, origin, layer);
        }
      }
    }
  }

  private static byte[] head(InputStream raw, int layer) throws ScanException {
    try {
      return raw.readNBytes(Format.HEAD_BYTES);
    } catch (IOException e) {
      throw ScanException.damaged(layer, e);
    }
  }

  private void archive(Format format, InputStream in, Origin origin, Budget budget, int layer)
      throws E, ScanException {
    if (layer > limits.maxDepth()) {
      problem(
          origin,
          "an archive more than %d levels deep".formatted(limits.maxDepth()),
          "if it can be trusted, unpack it yourself and give the directory");
      return;
    }
    try {
      ArchiveLayer archive = ArchiveLayer.open(format, in, layer, budget);
      for (ArchiveLayer.Entry e = archive.next(); e != null; e = archive.next()) {
        Origin where = format == Format.GZIP ? origin : origin.entry(e.name());
        switch (e.kind()) {
          case FILE -> inspect(archive.content(), where, budget, layer, Role.FOUND);
          case UNREADABLE ->
              problem(
                  where,
                  "encrypted, or packed in a way that can't be read in order",
                  "unpack it yourself and give the directory");
          case NO_FILE -> {}
        }
      }
    } catch (ScanException e) {
      if (e.layer() < layer) {
        throw e;
      }
      problem(origin, e.what(), e.remedy());
    }
  }

  private void module(InputStream in, Origin origin, int layer) throws E, ScanException {
    Optional<ModuleBytes> read;
    try {
      read = ModuleBytes.read(in, limits.maxModuleBytes());
    } catch (IOException e) {
      throw ScanException.damaged(layer, e);
    }
    if (read.isEmpty()) {
      problem(
          origin,
          "larger than the largest module taken, %d bytes".formatted(limits.maxModuleBytes()),
          "leave it out, or raise the limit");
      return;
    }
    try (ModuleBytes bytes = read.get()) {
      sink.module(origin, bytes);
    }
  }

  private void problem(Origin where, String what, String remedy) throws E {
    sink.problem(new SourceProblem(source, where.toString(), what, remedy));
  }

  /** Reading the file itself: layer 0. */
  private static final class FileLayer extends InputStream {
    private final InputStream in;

    FileLayer(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws ScanException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws ScanException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        throw ScanException.damaged(0, e);
      }
    }

    @Override
    public void close() throws ScanException {
      try {
        in.close();
      } catch (IOException e) {
        throw ScanException.damaged(0, e);
      }
    }
  }
}
