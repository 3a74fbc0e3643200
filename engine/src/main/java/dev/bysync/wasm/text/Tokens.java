package dev.bysync.wasm.text;

import java.util.Arrays;

/**
 * The tokens of a text as flat arrays, with each opening parenthesis linked to its closing one.
 * White space, comments and annotations are left out; the last token is {@link #END}.
 */
final class Tokens {
  /** Kinds of tokens (specification 6.3.2). */
  static final byte END = 0;

  static final byte OPEN = 1;
  static final byte CLOSE = 2;
  static final byte STRING = 3;
  static final byte ID = 4;
  static final byte KEYWORD = 5;

  /** Starts with a digit or a sign; whether it is a number is for its user to find out. */
  static final byte NUMBER = 6;

  static final byte RESERVED = 7;

  private final String text;
  private byte[] kinds = new byte[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int size;

  Tokens(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  int size() {
    return size;
  }

  int add(byte kind, int start, int end) {
    if (size == kinds.length) {
      int capacity = size * 2;
      kinds = Arrays.copyOf(kinds, capacity);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
    kinds[size] = kind;
    starts[size] = start;
    ends[size] = end;
    return size++;
  }

  /** Links the opening parenthesis {@code open} to the token that closes it. */
  void close(int open, int close) {
    ends[open] = close;
  }

  byte kind(int token) {
    return kinds[token];
  }

  /** Where the token starts in the text. */
  int start(int token) {
    return starts[token];
  }

  /** Where the token ends in the text. */
  int end(int token) {
    return kinds[token] == OPEN ? starts[token] + 1 : ends[token];
  }

  /** The token that closes the parenthesis {@code open}. */
  int closing(int open) {
    return ends[open];
  }

  String string(int token) {
    return text.substring(starts[token], end(token));
  }

  /** True if the token's characters are {@code word}. */
  boolean is(int token, String word) {
    int start = starts[token];
    return end(token) - start == word.length() && text.startsWith(word, start);
  }

  /** The token as messages show it, cut short where it is long. */
  String describe(int token) {
    if (kinds[token] == END) {
      return "the end";
    }
    String shown = string(token);
    if (shown.length() > 40) {
      shown = shown.substring(0, 37) + "...";
    }
    return switch (kinds[token]) {
      case STRING -> "string " + shown;
      case ID -> "identifier " + shown;
      case KEYWORD -> "keyword " + shown;
      case NUMBER -> "number " + shown;
      default -> shown;
    };
  }

  WatException error(int token, String detail) {
    return WatException.at(text, starts[token], detail);
  }
}
