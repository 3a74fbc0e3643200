package dev.bysync.cli;

import dev.bysync.analysis.PrintableText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * What commands print goes through this, whatever it was made of: nothing that comes from an input
 * steers a terminal. What only a line break could do, to fake a line, is the business of those who
 * print a name: see {@link PrintableText#of}.
 */
final class TerminalWriter extends Writer {
  private final PrintStream out;

  /** The first half of a character that is written in two parts; 0 for none. */
  private char pending;

  private TerminalWriter(PrintStream out) {
    this.out = out;
  }

  /** In UTF-8, as the JVM is told to write; flushed with each line. */
  static PrintWriter on(PrintStream out) {
    return new PrintWriter(new TerminalWriter(out), true);
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    StringBuilder text = new StringBuilder(length + 1);
    if (pending != 0) {
      text.append(pending);
      pending = 0;
    }
    text.append(buffer, offset, length);
    int last = text.length() - 1;
    if (last >= 0 && Character.isHighSurrogate(text.charAt(last))) {
      pending = text.charAt(last);
      text.setLength(last);
    }
    byte[] bytes = PrintableText.lines(text.toString()).getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    flush(); // standard output stays open
  }
}
