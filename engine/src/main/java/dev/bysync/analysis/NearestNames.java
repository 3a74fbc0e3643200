package dev.bysync.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds names that a user may have meant by entries of lists that match nothing.
 *
 * <p>Near is what a few edits make of the entry: insertions, deletions and exchanges of a character
 * (V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals",
 * 1966), at most one for three characters. Case makes no difference, and a {@code *} of a pattern
 * stands for any characters at no cost. Nearest of all is the entry with what people leave out: the
 * module before an import's name, the parameters behind a function's.
 *
 * <p>Names are hostile: only the first {@value #LONGEST} characters of a name or an entry count,
 * and a search ends when it has looked at {@value #MOST_CELLS} pairs of characters.
 */
final class NearestNames {
  /** Names told for one entry. */
  static final int MOST = 3;

  private static final int LONGEST = 256;
  private static final long MOST_CELLS = 20_000_000;

  /** The entry is a part of the name that can stand for it only if it says something. */
  private static final int SHORTEST_PART = 3;

  private final List<Search> searches = new ArrayList<>();
  private final int[] above = new int[LONGEST + 1];
  private final int[] row = new int[LONGEST + 1];
  private long cells;

  /** One name with its distance. */
  private record Near(String name, int distance) {}

  /** What was found for one entry so far. */
  private static final class Search {
    final String entry;
    final int limit;
    final List<String> tails;
    final List<Near> found = new ArrayList<>();

    Search(String entry) {
      this.entry = entry;
      int letters = (int) entry.chars().filter(c -> c != '*').count();
      limit = letters / 3;
      tails = letters < SHORTEST_PART ? List.of() : List.of("." + entry, "::" + entry);
    }

    /** Whether the name is the entry with what people leave out. */
    boolean isPartOf(String name) {
      for (String tail : tails) {
        if (name.endsWith(tail)) {
          return true;
        }
      }
      return !tails.isEmpty()
          && name.length() > entry.length()
          && name.charAt(entry.length()) == '('
          && name.startsWith(entry);
    }

    /** The largest distance that is still of use. */
    int useful() {
      return found.size() < MOST ? limit : found.get(MOST - 1).distance() - 1;
    }

    void add(String name, int distance) {
      if (found.stream().noneMatch(near -> near.name().equals(name))) {
        found.add(new Near(name, distance));
        found.sort(Comparator.comparingInt(Near::distance)); // stable: the first name stays first
        if (found.size() > MOST) {
          found.remove(MOST);
        }
      }
    }
  }

  NearestNames(List<String> entries) {
    entries.forEach(entry -> searches.add(new Search(entry)));
  }

  /** Looks at one more name. */
  void look(String name) {
    for (Search search : searches) {
      if (cells >= MOST_CELLS) {
        return;
      }
      int distance = distance(search, name);
      if (distance <= search.useful()) {
        search.add(name, distance);
      }
    }
  }

  /** Pairs of characters that were looked at. */
  long cells() {
    return cells;
  }

  /** The nearest names for an entry, by its place; the nearest first. */
  List<String> found(int entry) {
    return searches.get(entry).found.stream().map(Near::name).toList();
  }

  private int distance(Search search, String name) {
    String entry = search.entry;
    if (entry.length() > LONGEST || name.length() > LONGEST) {
      return Integer.MAX_VALUE;
    }
    cells += 4;
    if (search.isPartOf(name)) {
      return 0;
    }
    boolean pattern = Wildcards.isPattern(entry);
    int useful = search.useful();
    return !pattern && Math.abs(entry.length() - name.length()) > useful
        ? Integer.MAX_VALUE
        : edits(entry, name, useful);
  }

  /** Edits from the entry to the name; any larger number if it is more than the limit. */
  private int edits(String entry, String name, int limit) {
    int width = name.length();
    for (int j = 0; j <= width; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= entry.length(); i++) {
      char c = entry.charAt(i - 1);
      boolean any = c == '*';
      char folded = Character.toLowerCase(c);
      row[0] = any ? above[0] : above[0] + 1;
      int least = row[0];
      for (int j = 1; j <= width; j++) {
        row[j] =
            any
                ? Math.min(above[j], row[j - 1])
                : Math.min(
                    Math.min(above[j], row[j - 1]) + 1,
                    above[j - 1] + (Character.toLowerCase(name.charAt(j - 1)) == folded ? 0 : 1));
        least = Math.min(least, row[j]);
      }
      cells += width;
      if (least > limit) {
        return Integer.MAX_VALUE;
      }
      System.arraycopy(row, 0, above, 0, width + 1);
    }
    return above[width];
  }
}
