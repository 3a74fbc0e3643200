package dev.bysync.ingest.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Names from archives, made fit to be shown. They are labels only: nothing is ever opened or
 * created by them.
 */
final class EntryNames {
  private EntryNames() {}

  /** A relative path without empty, {@code .} and {@code ..} segments and without controls. */
  static String clean(String name) {
    List<String> segments = new ArrayList<>();
    for (String segment : name.replace('\\', '/').split("/", -1)) {
      if (segment.equals("..")) {
        segments.add("_");
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(printable(segment));
      }
    }
    return segments.isEmpty() ? "_" : String.join("/", segments);
  }

  /** Replaces characters that could disturb a terminal or a text encoding. */
  static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    switch (Character.getType(c)) {
                      case Character.CONTROL,
                          Character.FORMAT,
                          Character.SURROGATE,
                          Character.UNASSIGNED,
                          Character.LINE_SEPARATOR,
                          Character.PARAGRAPH_SEPARATOR ->
                          '_';
                      default -> c;
                    }));
    return clean.toString();
  }

  /** The text itself, or its beginning and a hash of the whole of it. */
  static String shorten(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    byte[] hash = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    String tail = "~" + HexFormat.of().formatHex(hash, 0, 8);
    return printable(text.substring(0, maxChars - tail.length())) + tail;
  }
}
