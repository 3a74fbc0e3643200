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
 * Looks through one file: a module, a component or a text with modules in it, or archives of those.
 * Recursive over archives and components alone, whose depth is limited.
 */
final class ContentScanner<E extends Exception> {
  /** How a file came to be looked at. */
  enum Role {
    /** Given by the user: a module even if it is no wasm, so that it appears in the results. */
    NAMED,
    /** Found: passed over unless it is wasm or an archive. */
    FOUND
  }

  /** How many modules are taken out of one text. */
  static final int MAX_EMBEDDED = 1000;

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
      case ZIP, TAR, GZIP, BZIP2, XZ, ZSTD, COMPONENT ->
          archive(format, in, origin, budget, layer + 1);
      case TEXT -> text(in, origin, budget, layer, role);
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
    boolean component = format == Format.COMPONENT;
    Role role = component ? Role.NAMED : Role.FOUND; // what a component says is a module is one
    int files = 0;
    try {
      ArchiveLayer archive = ArchiveLayer.open(format, in, layer, budget);
      for (ArchiveLayer.Entry e = archive.next(); e != null; e = archive.next()) {
        Origin where = format.isCompression() ? origin : origin.entry(e.name());
        switch (e.kind()) {
          case FILE -> {
            files++;
            inspect(archive.content(), where, budget, layer, role);
          }
          case UNREADABLE ->
              problem(
                  where,
                  "encrypted, or packed in a way that can't be read in order",
                  "unpack it yourself and give the directory");
          case NO_FILE -> {}
        }
      }
      if (component && files == 0) {
        problem(
            origin,
            "a component without core modules: it only puts others together",
            "give the components that it uses");
      }
    } catch (ScanException e) {
      if (e.layer() < layer) {
        throw e;
      }
      problem(origin, e.what(), e.remedy());
    }
  }

  private void text(InputStream in, Origin origin, Budget budget, int layer, Role role)
      throws E, ScanException {
    if (role == Role.FOUND) {
      embedded(in, origin, budget, layer);
      return;
    }
    Optional<ModuleBytes> read = read(in, origin, layer);
    if (read.isPresent()) {
      try (ModuleBytes bytes = read.get();
          InputStream again = bytes.open()) {
        if (!embedded(again, origin, budget, layer)) {
          sink.module(origin, bytes);
        }
      } catch (IOException e) {
        throw ScanException.damaged(layer, e);
      }
    }
  }

  /** Whether there was any. */
  private boolean embedded(InputStream in, Origin origin, Budget budget, int layer)
      throws E, ScanException {
    EmbeddedModules text = new EmbeddedModules(in);
    try {
      int count = 0;
      for (; text.next(); count++) {
        if (count == MAX_EMBEDDED) {
          problem(
              origin,
              "more than %d modules in one text".formatted(MAX_EMBEDDED),
              "if it can be trusted, decode them yourself and give the directory");
          break;
        }
        budget.spendEntry();
        inspect(text.content(), origin.entry("base64-" + count), budget, layer, Role.NAMED);
      }
      return count > 0;
    } catch (IOException e) {
      throw ScanException.damaged(layer, e);
    }
  }

  private void module(InputStream in, Origin origin, int layer) throws E, ScanException {
    Optional<ModuleBytes> read = read(in, origin, layer);
    if (read.isPresent()) {
      try (ModuleBytes bytes = read.get()) {
        sink.module(origin, bytes);
      }
    }
  }

  /** Empty, and told, if it is too large. */
  private Optional<ModuleBytes> read(InputStream in, Origin origin, int layer)
      throws E, ScanException {
    try {
      Optional<ModuleBytes> read = ModuleBytes.read(in, limits.maxModuleBytes());
      if (read.isEmpty()) {
        problem(
            origin,
            "larger than the largest module taken, %d bytes".formatted(limits.maxModuleBytes()),
            "leave it out, or raise the limit");
      }
      return read;
    } catch (IOException e) {
      throw ScanException.damaged(layer, e);
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
