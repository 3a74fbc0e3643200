package dev.bysync.job.sink;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Unmatched;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the options' lists that match nothing in a module, as a column. The lists belong
 * to the profile, so places are enough: ranges of them by the list's option, and, for some entries,
 * what may be meant. Empty text for none.
 *
 * <pre>
 *   {"places": {"imports": "0,3-7"}, "near": [{"list": "imports", "place": 3, "names": ["env.fetch"]}]}
 * </pre>
 */
public final class UnmatchedText {
  /**
   * Entries of which it is told what may be meant: a list can be long, and each module has a row.
   */
  static final int MOST_NEAR = 16;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** The column's object. */
  record Column(Map<String, String> places, List<Near> near) {
    Column {
      places = new TreeMap<>(Objects.requireNonNull(places, "places"));
      near = List.copyOf(Objects.requireNonNull(near, "near"));
    }

    static final Column NONE = new Column(Map.of(), List.of());
  }

  /** Names of the module that one entry may mean. */
  record Near(String list, int place, List<String> names) {}

  private UnmatchedText() {}

  /** The column's text. */
  public static String write(List<Unmatched> unmatched) {
    if (unmatched.isEmpty()) {
      return "";
    }
    Map<NamedList, BitSet> places = new EnumMap<>(NamedList.class);
    List<Near> near = new ArrayList<>();
    for (Unmatched entry : unmatched) {
      places.computeIfAbsent(entry.list(), list -> new BitSet()).set(entry.position());
      if (!entry.near().isEmpty() && near.size() < MOST_NEAR) {
        near.add(new Near(entry.list().toString(), entry.position(), entry.near()));
      }
    }
    Map<String, String> ranges = new TreeMap<>();
    places.forEach((list, set) -> ranges.put(list.toString(), ranges(set)));
    return write(new Column(ranges, near));
  }

  static String write(Column column) {
    if (column.equals(Column.NONE)) {
      return "";
    }
    try {
      return MAPPER.writeValueAsString(new Column(new TreeMap<>(column.places()), column.near()));
    } catch (JacksonException e) {
      throw new IllegalStateException("a record of plain values can be written", e);
    }
  }

  private static String ranges(BitSet set) {
    StringBuilder text = new StringBuilder();
    for (int from = set.nextSetBit(0); from >= 0; ) {
      int to = set.nextClearBit(from) - 1;
      text.append(text.isEmpty() ? "" : ",").append(from);
      if (to > from) {
        text.append('-').append(to);
      }
      from = set.nextSetBit(to + 1);
    }
    return text.toString();
  }

  /**
   * Reads a column.
   *
   * @throws IOException if it is none
   */
  static Column read(String text) throws IOException {
    try {
      return text.isEmpty() ? Column.NONE : MAPPER.readValue(text, Column.class);
    } catch (JacksonException e) {
      throw damaged(e.getOriginalMessage(), e);
    }
  }

  /** The same of a text that {@link #write} made. */
  static Column readUnchecked(String text) {
    try {
      return read(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The places of a list's entries that match nothing.
   *
   * @param size how many entries the list has
   * @throws IOException if the column has others
   */
  static BitSet places(Column column, NamedList list, int size) throws IOException {
    BitSet places = new BitSet();
    String ranges = column.places().getOrDefault(list.toString(), "");
    try {
      for (String range : ranges.isEmpty() ? new String[0] : ranges.split(",", -1)) {
        int dash = range.indexOf('-');
        int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int to = dash < 0 ? from : Integer.parseInt(range.substring(dash + 1));
        if (from < 0 || to < from || to >= size) {
          throw damaged("no places of %d: %s".formatted(size, range), null);
        }
        places.set(from, to + 1);
      }
    } catch (NumberFormatException e) {
      throw damaged(ranges, e);
    }
    return places;
  }

  private static IOException damaged(String what, @Nullable Exception cause) {
    return new IOException("damaged column 'unmatched': " + what, cause);
  }
}
