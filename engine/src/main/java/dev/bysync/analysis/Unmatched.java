package dev.bysync.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A name or pattern of a list that matches nothing in a module.
 *
 * @param list the list
 * @param position its place there, from 0
 * @param entry the name or pattern
 * @param near names of the module that may be meant, the nearest first; at most three
 */
public record Unmatched(Selection.NamedList list, int position, String entry, List<String> near) {
  public Unmatched {
    near = List.copyOf(near);
  }

  /** Imports that are told one by one. */
  private static final int FEW = 3;

  /**
   * What the user should know, in a sentence without its full stop. Of functions it has Binaryen's
   * words, which build scripts look for.
   */
  public String sentence() {
    String text =
        list == Selection.NamedList.IMPORTS
            ? claim("")
            : "Asyncify %s contained a %s: %s"
                .formatted(
                    list.toString().replace("-", ""),
                    Wildcards.isPattern(entry)
                        ? "non-matching pattern"
                        : "non-existing function name",
                    PrintableText.name(entry));
    return text + question(near);
  }

  /**
   * What the user should know of all entries: a sentence each, but one for imports if they are
   * many, for Emscripten gives a list of all that might be imported to every link.
   */
  public static List<String> sentences(List<Unmatched> unmatched) {
    List<String> imports = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    for (Unmatched entry : unmatched) {
      if (entry.list == Selection.NamedList.IMPORTS) {
        imports.add("'" + PrintableText.name(entry.entry) + "'");
      }
    }
    if (imports.size() > FEW) {
      sentences.add(
          "imports has %d entries that no import matches: %s and others"
              .formatted(imports.size(), String.join(", ", imports.subList(0, FEW))));
    }
    for (Unmatched entry : unmatched) {
      if (entry.list != Selection.NamedList.IMPORTS || imports.size() <= FEW) {
        sentences.add(entry.sentence());
      }
    }
    return sentences;
  }

  /**
   * The same of an entry that matches nothing in several modules.
   *
   * @param modules how many there are, such as {@code 3 modules}
   */
  public String sentence(String modules) {
    return claim(" of " + modules) + question(near);
  }

  private String claim(String modules) {
    String quoted = "'" + PrintableText.name(entry) + "'";
    if (list == Selection.NamedList.IMPORTS) {
      return "imports has %s, and no import%s matches it".formatted(quoted, modules);
    }
    return Wildcards.isPattern(entry)
        ? "the %s has the pattern %s, and no function%s matches it".formatted(list, quoted, modules)
        : "the %s names %s, and no function%s is called that".formatted(list, quoted, modules);
  }

  /** The question which name was meant, to follow a sentence; empty text for no names. */
  public static String question(List<String> near) {
    if (near.isEmpty()) {
      return "";
    }
    String names =
        near.stream()
            .map(name -> "'" + PrintableText.name(name) + "'")
            .collect(Collectors.joining(" or "));
    return "; did you mean " + names + "?";
  }
}
