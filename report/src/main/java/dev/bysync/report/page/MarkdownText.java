package dev.bysync.report.page;

import dev.bysync.analysis.PrintableText;

/** Text from anywhere, in a Markdown document: the one place where it is made harmless. */
public final class MarkdownText {
  private static final String SPECIAL = "\\`*_[]#|~";

  private MarkdownText() {}

  /** Text in one line that is nothing but text to Markdown and HTML. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    PrintableText.of(text)
        .codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '<' -> escaped.append("&lt;");
                case '&' -> escaped.append("&amp;");
                case '@' -> escaped.append("&#64;"); // mentions nobody
                default -> {
                  if (SPECIAL.indexOf(point) >= 0) {
                    escaped.append('\\');
                  }
                  escaped.appendCodePoint(point);
                }
              }
            });
    return escaped.toString();
  }

  /** Text between backticks, which nothing in it ends. */
  public static String code(String text) {
    return "`" + PrintableText.of(text).replace('`', '\'') + "`";
  }
}
