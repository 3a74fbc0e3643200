package dev.bysync.wasm.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The modules of a test script. */
public final class Script {
  /** What the script says about a module. */
  public enum Claim {
    GOOD,
    MALFORMED,
    /** Well-formed, but not valid. */
    INVALID,
    /** Good, as far as its bytes go: it does not link, it traps, or its annotations are wrong. */
    OTHER
  }

  /**
   * A module in the text format.
   *
   * @param text null if a quoted module isn't UTF-8
   */
  public record ModuleText(Claim claim, int line, @Nullable String text) {}

  /** A module in the binary format. */
  public record ModuleBytes(Claim claim, int line, ByteBuffer bytes) {}

  private final Tokens tokens;
  private final List<ModuleText> modules = new ArrayList<>();
  private final List<ModuleBytes> binaries = new ArrayList<>();

  private Script(String text) {
    tokens = Lexer.tokens(text);
  }

  /** The modules in the text format, quoted ones included. */
  public static List<ModuleText> modules(String text) {
    return read(text).modules;
  }

  /** The modules in the binary format. */
  public static List<ModuleBytes> binaries(String text) {
    return read(text).binaries;
  }

  private static Script read(String text) {
    Script script = new Script(text);
    for (int at = 0; script.tokens.kind(at) == Tokens.OPEN; at = script.tokens.closing(at) + 1) {
      script.command(at);
    }
    return script;
  }

  private void command(int open) {
    String word = tokens.string(open + 1);
    switch (word) {
      case "module" -> module(open, Claim.GOOD);
      case "assert_malformed" -> module(open + 2, Claim.MALFORMED);
      case "assert_invalid" -> module(open + 2, Claim.INVALID);
      case "assert_unlinkable", "assert_trap" -> {
        if (tokens.is(open + 3, "module")) {
          module(open + 2, Claim.OTHER);
        }
      }
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
    } else if (tokens.is(at, "binary")) {
      binaries.add(new ModuleBytes(claim, line, binary(at + 1)));
    } else if (!tokens.is(at, "instance")) {
      int end = tokens.end(tokens.closing(open));
      String text = tokens.text().substring(tokens.start(open), end);
      modules.add(
          new ModuleText(claim, line, definition ? text.replaceFirst("definition", "") : text));
    }
  }

  private ByteBuffer binary(int first) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = first; tokens.kind(at) == Tokens.STRING; at++) {
      out.writeBytes(StringLiteral.of(tokens.text(), tokens.start(at), tokens.end(at)));
    }
    return ByteBuffer.wrap(out.toByteArray());
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
