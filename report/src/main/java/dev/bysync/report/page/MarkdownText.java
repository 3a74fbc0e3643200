package dev.bysync.report.page;

import dev.bysync.analysis.PrintableText;

/** Text from anywhere, in a Markdown document: the one place where it is made harmless. */
public final class MarkdownText {
  private static final String SPECIAL = "\\`*[]#|~";

  private MarkdownText() {}

  /** Text in one line that is nothing but text to Markdown and HTML. */
  public static String escape(String text) {
    String line = PrintableText.of(text);
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '&' -> escaped.append("&amp;");
        case '@' -> escaped.append("&#64;"); // mentions nobody
        default -> {
          if (SPECIAL.indexOf(c) >= 0 || (c == '_' && !isInAWord(line, i))) {
            escaped.append('\\');
          }
          escaped.append(c);
        }
      }
    }
    return escaped.toString();
  }

  /** There an underscore emphasizes nothing (CommonMark 6.2), and names are full of them. */
  private static boolean isInAWord(String line, int at) {
    return at > 0
        && at + 1 < line.length()
        && Character.isLetterOrDigit(line.charAt(at - 1))
        && Character.isLetterOrDigit(line.charAt(at + 1));
  }

  /** Text between backticks, which nothing in it ends. */
  public static String code(String text) {
    return "`" + PrintableText.of(text).replace('`', '\'') + "`";
  }
}
