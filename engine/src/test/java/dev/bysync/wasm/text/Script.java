package dev.bysync.wasm.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The modules of a test script, as far as the text format is concerned. */
final class Script {
  /** What the script says about a module. */
  enum Claim {
    GOOD,
    MALFORMED,
    /** Well-formed, but not valid or not linkable. */
    INVALID
  }

  /**
   * A module in the text format.
   *
   * @param text null if a quoted module isn't UTF-8
   */
  record ModuleText(Claim claim, int line, @Nullable String text) {}

  private final Tokens tokens;
  private final List<ModuleText> modules = new ArrayList<>();

  private Script(String text) {
    tokens = Lexer.tokens(text);
  }

  static List<ModuleText> modules(String text) {
    Script script = new Script(text);
    for (int at = 0; script.tokens.kind(at) == Tokens.OPEN; at = script.tokens.closing(at) + 1) {
      script.command(at);
    }
    return script.modules;
  }

  private void command(int open) {
    String word = tokens.string(open + 1);
    switch (word) {
      case "module" -> module(open, Claim.GOOD);
      case "assert_malformed" -> module(open + 2, Claim.MALFORMED);
      case "assert_invalid", "assert_unlinkable", "assert_trap" -> {
        if (tokens.is(open + 3, "module")) {
          module(open + 2, Claim.INVALID);
        }
      }
      case "assert_malformed_custom", "assert_invalid_custom" -> module(open + 2, Claim.INVALID);
      default -> {}
    }
  }

  private void module(int open, Claim claim) {
    int at = open + 2;
    boolean definition = tokens.is(at, "definition");
    if (definition) {
      at++;
    }
    if (tokens.kind(at) == Tokens.ID) {
      at++;
    }
    int line = WatException.at(tokens.text(), tokens.start(open), "").line();
    if (tokens.is(at, "quote")) {
      modules.add(new ModuleText(claim, line, quoted(at + 1)));
    } else if (!tokens.is(at, "binary") && !tokens.is(at, "instance")) {
      int end = tokens.end(tokens.closing(open));
      String text = tokens.text().substring(tokens.start(open), end);
      modules.add(
          new ModuleText(claim, line, definition ? text.replaceFirst("definition", "") : text));
    }
  }

  private @Nullable String quoted(int first) {
    StringBuilder text = new StringBuilder();
    for (int at = first; tokens.kind(at) == Tokens.STRING; at++) {
      byte[] bytes = StringLiteral.of(tokens.text(), tokens.start(at), tokens.end(at));
      try {
        text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
      } catch (CharacterCodingException e) {
        return null;
      }
      text.append(' ');
    }
    return text.toString();
  }
}
