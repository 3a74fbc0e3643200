package dev.bysync.cli.run;

import dev.bysync.analysis.PrintableText;

/** Names and reasons come from the input: nothing in them may steer a terminal. */
final class Printable {
  private Printable() {}

  /** The text in one line, control and format characters replaced. */
  static String of(String text) {
    return PrintableText.of(text);
  }
}
