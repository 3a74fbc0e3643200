package dev.bysync.job.sink;

import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Unmatched;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds entries of the options' lists that match in none of many modules: misspelt, most likely.
 * One that matches in some is fine; lists are written for all modules of a run.
 */
public final class ListUse {
  private static final int MOST_NEAR = 3;

  private final Selection selection;
  private final Map<NamedList, BitSet> unmatched = new EnumMap<>(NamedList.class);

  /** How many modules have each name that may be meant, by list and place. */
  private final Map<NamedList, Map<Integer, Map<String, Integer>>> near =
      new EnumMap<>(NamedList.class);

  private long modules;

  /** Of these lists. */
  public ListUse(Selection selection) {
    this.selection = selection;
    for (NamedList list : NamedList.values()) {
      BitSet all = new BitSet();
      all.set(0, list.of(selection).size());
      unmatched.put(list, all);
    }
  }

  /**
   * What all modules of a table say; the table is not read if there are no lists.
   *
   * @throws IOException if it can't be read, or a row is damaged
   */
  public static ListUse of(MetricsTable table, Selection selection) throws IOException {
    ListUse use = new ListUse(selection);
    if (selection.hasLists()) {
      table.forEachModule(use::add);
    }
    return use;
  }

  /**
   * Counts a module that was transformed with these lists; others don't count.
   *
   * @throws IOException if its row is damaged
   */
  public void add(ModuleRow row) throws IOException {
    if (row.transformedBytes() == 0) {
      return;
    }
    modules++;
    UnmatchedText.Column column = UnmatchedText.read(row.unmatched());
    for (Map.Entry<NamedList, BitSet> entry : unmatched.entrySet()) {
      int size = entry.getKey().of(selection).size();
      entry.getValue().and(UnmatchedText.places(column, entry.getKey(), size));
    }
    for (UnmatchedText.Near one : column.near()) {
      for (NamedList list : NamedList.values()) {
        if (list.toString().equals(one.list())) {
          Map<String, Integer> counts =
              near.computeIfAbsent(list, key -> new HashMap<>())
                  .computeIfAbsent(one.place(), key -> new HashMap<>());
          one.names().forEach(name -> counts.merge(name, 1, Integer::sum));
        }
      }
    }
  }

  /** A sentence for each entry that matches in no module, with what most modules have like it. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (modules > 0) {
      unmatched.forEach(
          (list, places) -> places.stream().forEach(place -> warnings.add(warning(list, place))));
    }
    return warnings;
  }

  private String warning(NamedList list, int place) {
    List<String> names =
        near.getOrDefault(list, Map.of()).getOrDefault(place, Map.of()).entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_NEAR)
            .map(Map.Entry::getKey)
            .toList();
    Unmatched entry = new Unmatched(list, place, list.of(selection).get(place), names);
    return entry.sentence(
        modules == 1 ? "the module" : String.format(Locale.ROOT, "%,d modules", modules));
  }
}
