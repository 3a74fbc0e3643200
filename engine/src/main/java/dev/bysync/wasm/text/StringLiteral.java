package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strings (specification 6.3.3): quoted text whose escapes are {@code \t \n \r \" \' \\}, two
 * hexadecimal digits for a byte, and <code>&#92;u{...}</code> for a character.
 */
final class StringLiteral {
  private StringLiteral() {}

  /** Where the string that starts at {@code start} ends, behind its closing quote. */
  static int end(String text, int start) {
    int at = start + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        return at + 1;
      }
      if (c < ' ' || c == 0x7F) {
        throw WatException.at(
            text,
            at,
            c == '\n' || c == '\r'
                ? "unclosed string"
                : String.format("illegal character U+%04X in a string", (int) c));
      }
      at += c == '\\' ? 2 : 1;
    }
    throw WatException.at(text, start, "unclosed string");
  }

  /** The bytes of the string {@code text[start, end)}, quotes included in the range. */
  static byte[] of(String text, int start, int end) {
    ByteSink out = new ByteSink(end - start);
    int at = start + 1;
    while (at < end - 1) {
      char c = text.charAt(at);
      if (c == '\\') {
        at = escape(text, at, out);
      } else {
        int point = text.codePointAt(at);
        utf8(text, at, point, out);
        at += Character.charCount(point);
      }
    }
    return out.toByteArray();
  }

  /** As {@link #of}, for a string that must be UTF-8. */
  static String name(String text, int start, int end) {
    byte[] bytes = of(text, start, end);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw WatException.at(text, start, "malformed UTF-8 encoding");
    }
  }

  private static int escape(String text, int at, ByteSink out) {
    char c = text.charAt(at + 1);
    switch (c) {
      case 't' -> out.u8('\t');
      case 'n' -> out.u8('\n');
      case 'r' -> out.u8('\r');
      case '"', '\'', '\\' -> out.u8(c);
      case 'u' -> {
        return unicode(text, at, out);
      }
      default -> {
        int high = Character.digit(c, 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        if (high < 0 || low < 0 || c >= 0x7F || text.charAt(at + 2) >= 0x7F) {
          throw WatException.at(text, at, "unknown escape in a string");
        }
        out.u8(high << 4 | low);
        return at + 3;
      }
    }
    return at + 2;
  }

  private static int unicode(String text, int start, ByteSink out) {
    int close = text.indexOf('}', start);
    if (text.charAt(start + 2) != '{' || close < 0) {
      throw WatException.at(text, start, "expected \\u{hexadecimal digits} in a string");
    }
    long point;
    try {
      point = IntLiteral.hexadecimal(text, start + 3, close);
    } catch (NumberFormatException e) {
      throw WatException.at(text, start, "expected \\u{hexadecimal digits} in a string");
    }
    if (point < 0 || point > Character.MAX_CODE_POINT || isSurrogate(point)) {
      throw WatException.at(text, start, "malformed Unicode escape: not a character");
    }
    utf8(text, start, (int) point, out);
    return close + 1;
  }

  private static boolean isSurrogate(long point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private static void utf8(String text, int at, int point, ByteSink out) {
    if (point < 0x80) {
      out.u8(point);
    } else if (point < 0x800) {
      out.u8(0xC0 | point >> 6);
      out.u8(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      if (isSurrogate(point)) {
        throw WatException.at(text, at, "malformed UTF-8 encoding: half a surrogate pair");
      }
      out.u8(0xE0 | point >> 12);
      out.u8(0x80 | (point >> 6 & 0x3F));
      out.u8(0x80 | (point & 0x3F));
    } else {
      out.u8(0xF0 | point >> 18);
      out.u8(0x80 | (point >> 12 & 0x3F));
      out.u8(0x80 | (point >> 6 & 0x3F));
      out.u8(0x80 | (point & 0x3F));
    }
  }

  /** Appends {@code bytes} as a string: printable ASCII as it is, all else as escapes. */
  static void print(byte[] bytes, int from, int to, StringBuilder out) {
    out.append('"');
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xFF;
      if (b == '"' || b == '\\') {
        out.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7F) {
        out.append((char) b);
      } else {
        out.append('\\');
        out.append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
      }
    }
    out.append('"');
  }
}
