package dev.bysync.cli.run;

/** Names and reasons come from the input: nothing in them may steer a terminal. */
final class Printable {
  private Printable() {}

  /** The text in one line, control and format characters replaced. */
  static String of(String text) {
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
}
