package dev.bysync.wasm.text;

import java.util.Arrays;

/**
 * Splits a text into tokens (specification 6.3).
 *
 * <pre>
 *   token    ::= '(' | ')' | string | '$' (idchar+ | string) | keyword | number | reserved
 *   reserved ::= (idchar | string)+ | ',' | ';' | '[' | ']' | '{' | '}'
 *   skipped  ::= space | ';;' line comment | '(;' nested comment ';)' | '(@id' token* ')'
 * </pre>
 *
 * Parentheses must balance: they are linked with a stack of our own, so nesting costs no Java
 * stack.
 */
final class Lexer {
  private static final int NO_ANNOTATION = -1;

  private final String text;
  private final Tokens tokens;
  private int at;
  private int[] open = new int[32];
  private int depth;

  /** Depth of parentheses outside of the annotation being skipped, or {@link #NO_ANNOTATION}. */
  private int annotation = NO_ANNOTATION;

  private int annotationStart;

  private Lexer(String text) {
    this.text = text;
    this.tokens = new Tokens(text);
  }

  static Tokens tokens(String text) {
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < text.length()) {
      step(text.charAt(at));
    }
    if (annotation != NO_ANNOTATION) {
      throw error(annotationStart, "unclosed annotation");
    }
    if (depth > 0) {
      throw error(tokens.start(open[depth - 1]), "unclosed parenthesis");
    }
    tokens.add(Tokens.END, at, at);
  }

  private void step(char c) {
    switch (c) {
      case ' ', '\t', '\n', '\r' -> at++;
      case '(' -> parenthesis();
      case ')' -> close();
      case ';' -> {
        if (followedBy(';')) {
          lineComment();
        } else {
          single();
        }
      }
      case ',', '[', ']', '{', '}' -> single();
      default -> word();
    }
  }

  private boolean followedBy(char c) {
    return at + 1 < text.length() && text.charAt(at + 1) == c;
  }

  private void parenthesis() {
    if (followedBy(';')) {
      blockComment();
    } else if (followedBy('@')) {
      annotation();
    } else {
      push(add(Tokens.OPEN, at, at + 1));
      at++;
    }
  }

  private void push(int token) {
    if (depth == open.length) {
      open = Arrays.copyOf(open, depth * 2);
    }
    open[depth++] = token;
  }

  private void close() {
    if (depth == 0) {
      throw error(at, "unexpected token: a closing parenthesis without an opening one");
    }
    int opening = open[--depth];
    if (annotation == NO_ANNOTATION) {
      tokens.close(opening, tokens.add(Tokens.CLOSE, at, at + 1));
    } else if (depth == annotation) {
      annotation = NO_ANNOTATION;
    }
    at++;
  }

  /** Adds a token, unless inside an annotation. */
  private int add(byte kind, int start, int end) {
    return annotation == NO_ANNOTATION ? tokens.add(kind, start, end) : 0;
  }

  private void single() {
    add(Tokens.RESERVED, at, at + 1);
    at++;
  }

  private void lineComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      checkSurrogates();
      at++;
    }
  }

  private void blockComment() {
    int start = at;
    int nesting = 0;
    do {
      if (at >= text.length()) {
        throw error(start, "unclosed comment");
      }
      char c = text.charAt(at);
      if (c == '(' && followedBy(';')) {
        nesting++;
        at += 2;
      } else if (c == ';' && followedBy(')')) {
        nesting--;
        at += 2;
      } else {
        checkSurrogates();
        at++;
      }
    } while (nesting > 0);
  }

  private void checkSurrogates() {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1))) {
      at++;
    } else if (Character.isSurrogate(c)) {
      throw error(at, "malformed UTF-8 encoding: half a surrogate pair");
    }
  }

  /** {@code (@id}: what follows is skipped up to the closing parenthesis. */
  private void annotation() {
    int start = at;
    at += 2;
    if (annotation == NO_ANNOTATION) {
      int idStart = at;
      scanWord();
      boolean quoted = idStart < at && text.charAt(idStart) == '"';
      if (at == idStart || (quoted && StringLiteral.of(text, idStart, at).length == 0)) {
        throw error(start, "empty annotation id");
      }
      if (quoted) {
        StringLiteral.name(text, idStart, at);
      }
      annotation = depth;
      annotationStart = start;
    }
    push(0);
  }

  private void word() {
    int start = at;
    boolean strings = scanWord();
    if (at == start) {
      throw error(start, illegal(text.codePointAt(start)));
    }
    add(classify(start, strings), start, at);
  }

  private byte classify(int start, boolean strings) {
    char first = text.charAt(start);
    if (strings) {
      if (first == '"' && StringLiteral.end(text, start) == at) {
        return Tokens.STRING;
      }
      boolean id =
          first == '$' && text.charAt(start + 1) == '"' && StringLiteral.end(text, start + 1) == at;
      return id ? Tokens.ID : Tokens.RESERVED;
    }
    if (first == '$') {
      return Tokens.ID;
    }
    if (first >= 'a' && first <= 'z') {
      return Tokens.KEYWORD;
    }
    boolean number = (first >= '0' && first <= '9') || first == '+' || first == '-';
    return number ? Tokens.NUMBER : Tokens.RESERVED;
  }

  /** Moves over {@code (idchar | string)*}; true if there was a string. */
  private boolean scanWord() {
    boolean strings = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at = StringLiteral.end(text, at);
        strings = true;
      } else if (isIdChar(c)) {
        at++;
      } else {
        break;
      }
    }
    return strings;
  }

  /** The characters of identifiers (specification 6.3.5). */
  static boolean isIdChar(int c) {
    return c > ' ' && c < 0x7F && "\"(),;[]{}".indexOf(c) < 0;
  }

  private static String illegal(int c) {
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      return "malformed UTF-8 encoding: half a surrogate pair";
    }
    return String.format("illegal character U+%04X", c);
  }

  private WatException error(int offset, String detail) {
    return WatException.at(text, offset, detail);
  }
}
