package dev.bysync.wasm.text;

/**
 * Text that isn't a module in the text format: what was expected, what was found, and where. The
 * message reads {@code line 3, column 14: expected a label, found keyword "drop"}.
 */
public final class WatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  WatException(int line, int column, String detail) {
    super("line " + line + ", column " + column + ": " + detail);
    this.line = line;
    this.column = column;
  }

  /** The failure at {@code offset} of {@code text}. */
  static WatException at(String text, int offset, String detail) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset; i++) {
      char c = text.charAt(i);
      if (c == '\n' || (c == '\r' && (i + 1 >= offset || text.charAt(i + 1) != '\n'))) {
        line++;
        lineStart = i + 1;
      }
    }
    return new WatException(line, text.codePointCount(lineStart, offset) + 1, detail);
  }

  /** Line of the text, from 1. */
  public int line() {
    return line;
  }

  /** Column in Unicode characters, from 1. */
  public int column() {
    return column;
  }
}
