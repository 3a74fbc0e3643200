package dev.bysync.analysis;

/** Names come from modules: nothing in them may steer a terminal, or fill it. */
public final class PrintableText {
  /** The longest name that a message quotes, characters. */
  private static final int NAME_CHARS = 120;

  private PrintableText() {}

  /**
   * The text in one line: control characters (escape sequences begin with one), format characters
   * (which turn the direction of what follows) and separators of lines replaced.
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(point -> out.appendCodePoint(replaced(point)));
    return out.toString();
  }

  /** The same, of a text of several lines whose breaks and tabulators are ours. */
  public static String lines(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                out.appendCodePoint(
                    point == '\n' || point == '\r' || point == '\t' ? point : replaced(point)));
    return out.toString();
  }

  private static int replaced(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL -> point == '\n' || point == '\t' ? ' ' : '?';
      case Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          '?';
      default -> point;
    };
  }

  /** A name to be quoted: printable, and its start only if it is very long. */
  public static String name(String name) {
    if (name.length() <= NAME_CHARS) {
      return of(name);
    }
    int end = NAME_CHARS - 1;
    return of(name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end))
        + "…";
  }
}
