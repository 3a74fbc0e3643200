package dev.bysync.strategy;

import dev.bysync.analysis.OptionException;
import java.util.ArrayList;
import java.util.List;

/**
 * A command as its words, with places for the two files. No shell takes part: white space separates
 * words, single quotes keep everything, double quotes everything but a backslash before a quote or
 * a backslash, and outside of quotes a backslash keeps the next character.
 */
final class CommandTemplate {
  private static final String IN = "{in}";
  private static final String OUT = "{out}";

  private CommandTemplate() {}

  /**
   * The words.
   *
   * @throws OptionException if a quote isn't closed, or one of the two files isn't named
   */
  static List<String> words(String command) {
    for (String place : List.of(IN, OUT)) {
      if (!command.contains(place)) {
        throw new OptionException(
            "the command of an external strategy must say where its files go: '%s' has no %s"
                .formatted(command, place));
      }
    }
    return split(command);
  }

  private static List<String> split(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == quote) {
        quote = 0;
      } else if (quote == '\'') {
        word.append(c);
      } else if (c == '\\' && i + 1 < command.length() && isEscape(quote, command.charAt(i + 1))) {
        word.append(command.charAt(++i));
        inWord = true;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new OptionException(
          "a quote isn't closed in the command of an external strategy: '%s'".formatted(command));
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean isEscape(char quote, char next) {
    return quote == 0 || next == '"' || next == '\\';
  }

  /** The words with names for the two files. */
  static List<String> fill(List<String> words, String in, String out) {
    return words.stream().map(word -> word.replace(IN, in).replace(OUT, out)).toList();
  }
}
