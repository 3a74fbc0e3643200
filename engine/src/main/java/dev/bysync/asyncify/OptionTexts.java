package dev.bysync.asyncify;

import dev.bysync.analysis.Selection;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.asyncify.AsyncifyOptions.Catches;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.asyncify.AsyncifyOptions.Recording;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Options as a user would write them: what differs from the defaults, and nothing else. */
public final class OptionTexts {
  private OptionTexts() {}

  /** Options with their values: none of a flag, one of a value, the entries of a list. */
  static Map<TransformOption, List<String>> values(AsyncifyOptions options) {
    Map<TransformOption, List<String>> values = new EnumMap<>(TransformOption.class);
    Selection selection = options.selection();
    List<String> none = List.of();
    switch (selection.importRule()) {
      case ALL -> {}
      case LISTED -> addList(values, TransformOption.IMPORTS, selection.imports());
      case NONE -> values.put(TransformOption.IGNORE_IMPORTS, none);
    }
    if (selection.indirect() != Selection.IndirectCalls.DEFAULT) {
      String policy = selection.indirect().name().toLowerCase(Locale.ROOT);
      values.put(TransformOption.INDIRECT, List.of(policy));
    }
    addList(values, TransformOption.REMOVE_LIST, selection.removeList());
    addList(values, TransformOption.ADD_LIST, selection.addList());
    addList(values, TransformOption.ONLY_LIST, selection.onlyList());
    flag(
        values,
        TransformOption.PROPAGATE_ADD_LIST,
        selection.propagation() == Selection.Propagation.CALLERS);
    flag(values, TransformOption.ASSERTS, options.asserts() == Asserts.CALLS);
    addMemory(values, options.memory());
    switch (options.globals()) {
      case PRIVATE -> {}
      case IMPORTED -> values.put(TransformOption.IMPORT_GLOBALS, none);
      case EXPORTED -> values.put(TransformOption.EXPORT_GLOBALS, none);
    }
    flag(values, TransformOption.IGNORE_UNWIND_FROM_CATCH, options.catches() == Catches.IGNORED);
    if (options.splitAbove() != AsyncifyOptions.DEFAULT_SPLIT) {
      values.put(TransformOption.SPLIT_ABOVE, List.of(Integer.toString(options.splitAbove())));
    }
    if (options.level() != AsyncifyOptions.defaults().level()) {
      values.put(TransformOption.FEATURE_LEVEL, List.of(options.level().toString()));
    }
    flag(values, TransformOption.NO_RECORD, options.recording() == Recording.NOTHING);
    return values;
  }

  private static void addList(
      Map<TransformOption, List<String>> values, TransformOption option, List<String> entries) {
    if (!entries.isEmpty()) {
      values.put(option, entries);
    }
  }

  private static void flag(
      Map<TransformOption, List<String>> values, TransformOption option, boolean isSet) {
    if (isSet) {
      values.put(option, List.of());
    }
  }

  private static void addMemory(Map<TransformOption, List<String>> values, FrameMemory memory) {
    switch (memory.place()) {
      case DEFAULT -> {}
      case EXPORT -> values.put(TransformOption.MEMORY, List.of(memory.export()));
      case SECONDARY -> {
        values.put(TransformOption.IN_SECONDARY_MEMORY, List.of());
        if (memory.pages() != 1) {
          String pages = Integer.toString(memory.pages());
          values.put(TransformOption.SECONDARY_MEMORY_SIZE, List.of(pages));
        }
      }
    }
  }

  /** By long names without dashes, as settings have them; flags with an empty value. */
  public static Map<String, String> byName(AsyncifyOptions options) {
    Map<String, String> texts = new TreeMap<>();
    values(options).forEach((option, values) -> texts.put(option.longName(), text(option, values)));
    return texts;
  }

  /** The words of a command line: {@code --imports}, {@code env.sleep,env.fetch}. */
  public static List<String> words(AsyncifyOptions options) {
    List<String> words = new ArrayList<>();
    values(options)
        .forEach(
            (option, values) -> {
              words.add("--" + option.longName());
              if (option.form() != TransformOption.Form.FLAG) {
                words.add(text(option, values));
              }
            });
    return words;
  }

  private static String text(TransformOption option, List<String> values) {
    return switch (option.form()) {
      case FLAG -> "";
      case VALUE -> values.get(0);
      case LIST -> list(values);
    };
  }

  /**
   * A list as {@link OptionParser} reads it: with commas, or, where a name would be misread, a line
   * for each entry. Line breaks are what makes it lines, so a single entry is written twice.
   */
  static String list(List<String> entries) {
    if (entries.stream().allMatch(OptionTexts::isPlain)) {
      return String.join(",", entries);
    }
    String lines = String.join("\n", entries);
    return "\n" + (entries.size() == 1 ? lines + "\n" + lines : lines);
  }

  /** Whether it is one entry between commas: as the parser counts brackets, of whatever kind. */
  private static boolean isPlain(String entry) {
    int depth = 0;
    for (int i = 0; i < entry.length(); i++) {
      switch (entry.charAt(i)) {
        case '(', '<', '[', '{' -> depth++;
        case ')', '>', ']', '}' -> depth--;
        case ',' -> {
          if (depth == 0) {
            return false;
          }
        }
        case '\n' -> {
          return false;
        }
        default -> {}
      }
      if (depth < 0) {
        return false;
      }
    }
    return depth == 0 && !entry.startsWith("@");
  }
}
