package dev.bysync.analysis;

/** Names come from modules: nothing in them may steer a terminal, or fill it. */
public final class PrintableText {
  /** The longest name that a message quotes, characters. */
  private static final int NAME_CHARS = 120;

  private PrintableText() {}

  /** The text in one line, control and format characters replaced. */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                out.appendCodePoint(
                    Character.isISOControl(point) || Character.getType(point) == Character.FORMAT
                        ? (point == '\n' || point == '\t' ? ' ' : '?')
                        : point));
    return out.toString();
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
