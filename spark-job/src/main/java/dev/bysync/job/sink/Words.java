package dev.bysync.job.sink;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;

/** Words of a command line in a manifest: a JSON array; empty text for none. */
public final class Words {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<List<String>> LIST = new TypeReference<>() {};

  private Words() {}

  /** The text. */
  public static String write(List<String> words) {
    try {
      return words.isEmpty() ? "" : MAPPER.writeValueAsString(words);
    } catch (JacksonException e) {
      throw new IllegalStateException("a list of texts can be written", e);
    }
  }

  /**
   * Reads it.
   *
   * @throws IOException if it is none
   */
  public static List<String> read(String text) throws IOException {
    try {
      return text.isEmpty() ? List.of() : List.copyOf(MAPPER.readValue(text, LIST));
    } catch (JacksonException e) {
      throw new IOException("damaged arguments in a manifest: " + e.getOriginalMessage(), e);
    }
  }
}
