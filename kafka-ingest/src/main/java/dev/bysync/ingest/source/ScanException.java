package dev.bysync.ingest.source;

import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why reading stopped, and how far out: layer 0 is the file itself, layer n the n-th archive around
 * what was being read. Everything inside that layer is given up; what lies outside goes on.
 */
final class ScanException extends IOException {
  private static final int MAX_MESSAGE_CHARS = 300;
  private final int layer;
  private final String remedy;

  private ScanException(int layer, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.layer = layer;
    this.remedy = remedy;
  }

  /** The data of a layer is not what it should be, or can't be read. */
  static ScanException damaged(int layer, Exception cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof ScanException known) {
        return known; // from further out, on its way through a library
      }
    }
    if (cause instanceof TemporaryFiles.SpoolException) {
      return new ScanException(
          0, text(cause), "free some space in the temporary directory and run again", cause);
    }
    String what =
        cause instanceof EOFException ? "truncated: it ends too early" : "damaged: " + text(cause);
    return new ScanException(layer, what, "get it again, or leave it out", cause);
  }

  static ScanException truncated(int layer) {
    return damaged(layer, new EOFException());
  }

  static ScanException limit(int layer, String what) {
    return new ScanException(
        layer, what, "if it can be trusted, unpack it yourself and give the directory", null);
  }

  /** Whole and harmless, but nothing is known of how to read it. */
  static ScanException unsupported(int layer, String what, String remedy) {
    return new ScanException(layer, what, remedy, null);
  }

  int layer() {
    return layer;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  String remedy() {
    return remedy;
  }

  private static String text(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return EntryNames.shorten(EntryNames.printable(message), MAX_MESSAGE_CHARS);
  }
}
