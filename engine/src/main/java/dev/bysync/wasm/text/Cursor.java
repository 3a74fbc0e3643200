package dev.bysync.wasm.text;

/** A position in the tokens, with the questions and errors that every part of the reader needs. */
final class Cursor {
  private final Tokens tokens;
  private int at;

  Cursor(Tokens tokens) {
    this.tokens = tokens;
  }

  /** The index of the next token. */
  int position() {
    return at;
  }

  void seek(int token) {
    at = token;
  }

  byte kind() {
    return tokens.kind(at);
  }

  /** The token that closes the next one, which is an opening parenthesis. */
  int closing() {
    return tokens.closing(at);
  }

  /** True if the next token is the keyword {@code word}. */
  boolean atKeyword(String word) {
    return kind() == Tokens.KEYWORD && tokens.is(at, word);
  }

  /** True if the next tokens are an opening parenthesis and the keyword {@code word}. */
  boolean atOpen(String word) {
    return kind() == Tokens.OPEN
        && tokens.kind(at + 1) == Tokens.KEYWORD
        && tokens.is(at + 1, word);
  }

  /** True if an index follows: a number or an identifier. */
  boolean atIndex() {
    return kind() == Tokens.NUMBER || kind() == Tokens.ID;
  }

  /** Moves over {@code word} if it is the next token. */
  boolean skipKeyword(String word) {
    if (atKeyword(word)) {
      at++;
      return true;
    }
    return false;
  }

  /** Moves over an opening parenthesis and {@code word} if they are the next tokens. */
  boolean skipOpen(String word) {
    if (atOpen(word)) {
      at += 2;
      return true;
    }
    return false;
  }

  /** Moves over the next token, or over all the parenthesis that it opens. */
  void skip() {
    at = kind() == Tokens.OPEN ? closing() + 1 : at + 1;
  }

  void open(String word) {
    if (!skipOpen(word)) {
      throw expected("(" + word);
    }
  }

  void close() {
    if (kind() != Tokens.CLOSE) {
      throw expected("a closing parenthesis");
    }
    at++;
  }

  /** The next token, which must be a keyword; {@code what} names it in the error. */
  String keyword(String what) {
    if (kind() != Tokens.KEYWORD) {
      throw expected(what);
    }
    return tokens.string(at++);
  }

  /** The name that the next token, an identifier, stands for, without its dollar. */
  String id() {
    String text = tokens.string(at);
    if (text.length() > 1 && text.charAt(1) == '"') {
      text = StringLiteral.name(tokens.text(), tokens.start(at) + 1, tokens.end(at));
      if (text.isEmpty()) {
        throw error("empty identifier");
      }
      at++;
      return text;
    }
    if (text.length() == 1) {
      throw error("empty identifier");
    }
    at++;
    return text.substring(1);
  }

  /** The bytes of the next token, which must be a string. */
  byte[] bytes(String what) {
    if (kind() != Tokens.STRING) {
      throw expected(what);
    }
    byte[] bytes = StringLiteral.of(tokens.text(), tokens.start(at), tokens.end(at));
    at++;
    return bytes;
  }

  /** The next token, which must be a string of UTF-8. */
  String name(String what) {
    if (kind() != Tokens.STRING) {
      throw expected(what);
    }
    String name = StringLiteral.name(tokens.text(), tokens.start(at), tokens.end(at));
    at++;
    return name;
  }

  /** An unsigned integer of at most {@code bits} bits. */
  long unsigned(int bits, String what) {
    if (kind() != Tokens.NUMBER) {
      throw expected(what);
    }
    return unsigned(tokens.string(at), bits, what);
  }

  private long unsigned(String text, int bits, String what) {
    try {
      long value = IntLiteral.unsigned(text, bits);
      at++;
      return value;
    } catch (NumberFormatException e) {
      throw number(what, e);
    }
  }

  /** A keyword {@code prefix} with an unsigned integer behind, such as {@code offset=8}. */
  long attribute(String prefix, int bits) {
    return unsigned(tokens.string(at).substring(prefix.length()), bits, prefix + "number");
  }

  boolean atAttribute(String prefix) {
    return kind() == Tokens.KEYWORD && tokens.text().startsWith(prefix, tokens.start(at));
  }

  /** An integer of {@code bits} bits, signed or unsigned. */
  long integer(int bits) {
    String what = "an i" + bits + " constant";
    if (kind() != Tokens.NUMBER) {
      throw expected(what);
    }
    try {
      long value = IntLiteral.any(tokens.string(at), bits);
      at++;
      return value;
    } catch (NumberFormatException e) {
      throw number(what, e);
    }
  }

  int f32() {
    String what = "an f32 constant";
    checkFloat(what);
    try {
      int bits = FloatLiteral.f32(tokens.string(at));
      at++;
      return bits;
    } catch (NumberFormatException e) {
      throw number(what, e);
    }
  }

  long f64() {
    String what = "an f64 constant";
    checkFloat(what);
    try {
      long bits = FloatLiteral.f64(tokens.string(at));
      at++;
      return bits;
    } catch (NumberFormatException e) {
      throw number(what, e);
    }
  }

  private void checkFloat(String what) {
    if (kind() != Tokens.NUMBER && kind() != Tokens.KEYWORD) {
      throw expected(what);
    }
  }

  private WatException number(String what, NumberFormatException e) {
    return error(e.getMessage() + ": expected " + what + ", found " + tokens.describe(at));
  }

  WatException expected(String what) {
    return error("unexpected token: expected " + what + ", found " + tokens.describe(at));
  }

  /** A failure at the next token. */
  WatException error(String detail) {
    return errorAt(at, detail);
  }

  /** The line that {@code token} stands on, from 1. */
  int line(int token) {
    return tokens.error(token, "").line();
  }

  WatException errorAt(int token, String detail) {
    return tokens.error(token, detail);
  }
}
