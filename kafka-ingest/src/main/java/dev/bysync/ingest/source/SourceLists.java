package dev.bysync.ingest.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Sources in files, one after the other as they are asked for: {@code list:FILE[#GLOB]} has a
 * source of any kind in each line, {@code npm-list:FILE[#GLOB]} the name of an npm package, with a
 * version or without. The file may also be a JSON array of texts. With a pattern only what matches
 * it counts; {@code *} doesn't go over a slash, {@code **} does. Empty lines and those that begin
 * with # are passed over; lists in lists are not.
 */
final class SourceLists implements Iterator<SourceLists.Item>, AutoCloseable {
  private static final String LIST = "list:";
  private static final String NPM_LIST = "npm-list:";
  private static final int MAX_LINE_CHARS = 8192;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /**
   * A source out of a list, or why there is none.
   *
   * @param source as it would be written on the command line
   * @param problem what is wrong, null if nothing is
   */
  record Item(String source, @Nullable FetchException problem) {}

  private interface Lines extends AutoCloseable {
    /** The next one, null at the end. */
    @Nullable String next() throws IOException;

    @Override
    void close() throws IOException;
  }

  private final String list;
  private final String prefix;
  private final @Nullable PathMatcher pattern;
  private @Nullable Lines lines;
  private @Nullable Item next;

  private SourceLists(String list, String prefix, @Nullable PathMatcher pattern, Lines lines) {
    this.list = list;
    this.prefix = prefix;
    this.pattern = pattern;
    this.lines = lines;
  }

  static boolean isList(String source) {
    return source.startsWith(LIST) || source.startsWith(NPM_LIST);
  }

  static SourceLists open(String list) throws FetchException {
    String rest = list.substring(list.indexOf(':') + 1);
    int hash = rest.indexOf('#');
    String file = hash < 0 ? rest : rest.substring(0, hash);
    try {
      PathMatcher pattern =
          hash < 0
              ? null
              : FileSystems.getDefault().getPathMatcher("glob:" + rest.substring(hash + 1));
      String prefix = list.startsWith(NPM_LIST) ? "npm:" : "";
      return new SourceLists(list, prefix, pattern, lines(Path.of(file)));
    } catch (PatternSyntaxException e) {
      throw new FetchException(
          "no valid pattern: " + e.getDescription(), "write list:FILE#GLOB, such as #@scope/*");
    } catch (InvalidPathException | IOException e) {
      throw new FetchException(
          "the list can't be read: " + e, "write list:FILE or npm-list:FILE, FILE a text file");
    }
  }

  private static Lines lines(Path file) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file);
    int first = peek(reader);
    if (first == BYTE_ORDER_MARK) {
      reader.read();
      first = peek(reader);
    }
    while (first == '\n' || first == '\r' || first == ' ' || first == '\t') {
      reader.read();
      first = peek(reader);
    }
    return first == '[' ? new Array(reader) : new TextLines(reader);
  }

  private static int peek(BufferedReader reader) throws IOException {
    reader.mark(1);
    int next = reader.read();
    reader.reset();
    return next;
  }

  @Override
  public boolean hasNext() {
    while (next == null && lines != null) {
      try {
        String line = lines.next();
        if (line == null) {
          close();
        } else {
          next = item(line.strip());
        }
      } catch (IOException e) {
        next =
            new Item(
                list,
                new FetchException(
                    "the list can't be read to its end: " + e.getMessage(), "correct the file"));
        close();
      }
    }
    return next != null;
  }

  private @Nullable Item item(String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      return null;
    }
    if (isList(line)) {
      return new Item(
          line, new FetchException("a list inside a list", "give both lists on the command line"));
    }
    return pattern == null || matches(pattern, line) ? new Item(prefix + line, null) : null;
  }

  private static boolean matches(PathMatcher pattern, String line) {
    try {
      return pattern.matches(Path.of(line));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  @Override
  public Item next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Item item = next;
    next = null;
    return item;
  }

  @Override
  public void close() {
    if (lines != null) {
      try {
        lines.close();
      } catch (IOException e) {
        lines = null; // was only read
        return;
      }
      lines = null;
    }
  }

  private record TextLines(BufferedReader in) implements Lines {
    @Override
    public @Nullable String next() throws IOException {
      StringBuilder line = new StringBuilder();
      int c = in.read();
      if (c < 0) {
        return null;
      }
      for (; c >= 0 && c != '\n'; c = in.read()) {
        if (line.length() == MAX_LINE_CHARS) {
          throw new IOException("a line of more than %d characters".formatted(MAX_LINE_CHARS));
        }
        line.append((char) c);
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static final class Array implements Lines {
    private final JsonParser json;

    Array(BufferedReader in) throws IOException {
      json = new JsonFactory().createParser(in);
      json.nextToken(); // the bracket
    }

    @Override
    public @Nullable String next() throws IOException {
      JsonToken token = json.nextToken();
      if (token == JsonToken.END_ARRAY) {
        return null;
      }
      if (token != JsonToken.VALUE_STRING) {
        throw new IOException("not an array of texts");
      }
      return json.getText();
    }

    @Override
    public void close() throws IOException {
      json.close();
    }
  }
}
