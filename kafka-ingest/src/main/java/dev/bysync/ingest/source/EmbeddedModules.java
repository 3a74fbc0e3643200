package dev.bysync.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Modules and components in a text as base64, as bundlers put them into JavaScript: in a string, in
 * a {@code data:} URL, in JSON. One pass over the text with a buffer of fixed size.
 *
 * <p>A module begins with eight known bytes, whose base64 is eleven known characters as long as the
 * byte behind them is below 64, which every section's id is:
 *
 * <pre>
 * 00 61 73 6D 01 00 00 00   AGFzbQ EAAAA   module
 * 00 61 73 6D 0D 00 01 00   AGFzbQ 0AAQA   component
 * </pre>
 *
 * <p>Both alphabets of RFC 4648 are read, {@code \/} and line continuations of JavaScript and JSON,
 * lines of 64 or 76 characters, and strings put together by {@code +}.
 */
final class EmbeddedModules {
  private static final byte[] START = "AGFzbQ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MODULE = "EAAAA".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMPONENT = "0AAQA".getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER_BYTES = 64 * 1024;

  /** How far a string's continuation is looked for. */
  private static final int LOOK_AHEAD = 256;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private boolean ended;

  EmbeddedModules(InputStream in) {
    this.in = in;
  }

  /** Goes to the next one; false if there is none. */
  boolean next() throws IOException {
    int matched = 0;
    boolean inWord = false; // behind a character of the alphabet: not the beginning of a text
    for (int c = peek(0); c >= 0; c = peek(0)) {
      if (c == START[matched] && (matched > 0 || !inWord)) {
        matched++;
      } else {
        matched = c == START[0] && !inWord ? 1 : 0; // START has no other A
      }
      inWord = sextet(c) >= 0;
      position++;
      if (matched == START.length) {
        if (follows(MODULE) || follows(COMPONENT)) {
          return true;
        }
        matched = 0;
      }
    }
    return false;
  }

  /** The bytes of the one that {@link #next} went to, decoded as they are read. */
  InputStream content() {
    return new Decoder();
  }

  private boolean follows(byte[] text) throws IOException {
    for (int i = 0; i < text.length; i++) {
      if (peek(i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** The character at some distance, -1 behind the end. */
  private int peek(int distance) throws IOException {
    if (position + distance >= limit && !ended) {
      fill();
    }
    return position + distance < limit ? buffer[position + distance] & 0xFF : -1;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    while (limit <= LOOK_AHEAD && !ended) {
      int n = in.read(buffer, limit, buffer.length - limit);
      ended = n < 0;
      limit += Math.max(0, n);
    }
  }

  private static int sextet(int c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return switch (c) {
      case '+', '-' -> 62;
      case '/', '_' -> 63;
      default -> -1;
    };
  }

  private final class Decoder extends InputStream {
    private int at; // in START, then in the text
    private int line = START.length;
    private int bits;
    private int bitCount;

    @Override
    public int read() throws IOException {
      while (bitCount < 8) {
        int next = sextet();
        if (next < 0) {
          return -1; // what is left of a byte is padding
        }
        bits = bits << 6 | next;
        bitCount += 6;
      }
      bitCount -= 8;
      return bits >>> bitCount & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = 0;
      for (; n < length; n++) {
        int next = read();
        if (next < 0) {
          return n == 0 ? -1 : n;
        }
        bytes[offset + n] = (byte) next;
      }
      return n;
    }

    private int sextet() throws IOException {
      if (at < START.length) {
        return EmbeddedModules.sextet(START[at++]);
      }
      while (true) {
        int c = peek(0);
        int value = EmbeddedModules.sextet(c);
        if (value >= 0) {
          position++;
          line++;
          return value;
        }
        int passed = passedOver(c);
        if (passed == 0) {
          return -1;
        }
        position += passed;
      }
    }

    /** How many characters here belong to the notation and not to the data; 0 at the end. */
    private int passedOver(int c) throws IOException {
      switch (c) {
        case '\\' -> {
          int next = peek(1);
          return switch (next) {
            case '/' -> 1; // the slash itself is data
            case 'n', 'r', '\n' -> 2;
            case '\r' -> peek(2) == '\n' ? 3 : 2;
            default -> 0;
          };
        }
        case '\r', '\n' -> {
          int length = c == '\r' && peek(1) == '\n' ? 2 : 1;
          boolean wrapped = line == 64 || line == 76;
          line = 0;
          return wrapped ? length : 0;
        }
        case '"', '\'', '`' -> {
          return concatenation();
        }
        default -> {
          return 0;
        }
      }
    }

    /** The length of {@code " + "}, 0 if that is not what stands here. */
    private int concatenation() throws IOException {
      int plus = space(1);
      if (peek(plus) != '+') {
        return 0;
      }
      int quote = space(plus + 1);
      return isQuote(peek(quote)) ? quote + 1 : 0;
    }

    private int space(int from) throws IOException {
      int end = from;
      while (end < LOOK_AHEAD && (peek(end) == ' ' || peek(end) == '\n' || peek(end) == '\r')) {
        end++;
      }
      return end;
    }

    private boolean isQuote(int c) {
      return c == '"' || c == '\'' || c == '`';
    }
  }
}
