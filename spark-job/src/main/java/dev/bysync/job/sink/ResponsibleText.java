package dev.bysync.job.sink;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bysync.engine.Responsible;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What instruments a module's functions as a column: a JSON array of objects with the fields of
 * {@link Responsible}; empty text for none.
 */
public final class ResponsibleText {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final TypeReference<List<Responsible>> LIST = new TypeReference<>() {};

  private ResponsibleText() {}

  /** The column's text. */
  public static String write(List<Responsible> responsible) {
    try {
      return responsible.isEmpty() ? "" : MAPPER.writeValueAsString(responsible);
    } catch (JacksonException e) {
      throw new IllegalStateException("a list of plain values can be written", e);
    }
  }

  /**
   * Reads a column.
   *
   * @throws IOException if it is none
   */
  public static List<Responsible> read(String text) throws IOException {
    try {
      return text.isEmpty() ? List.of() : List.copyOf(MAPPER.readValue(text, LIST));
    } catch (JacksonException e) {
      throw new IOException("damaged column 'responsible': " + e.getOriginalMessage(), e);
    }
  }

  /** The same of a text that {@link #write} made. */
  static List<Responsible> readUnchecked(String text) {
    try {
      return read(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
