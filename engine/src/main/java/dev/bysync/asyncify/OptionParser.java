package dev.bysync.asyncify;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.asyncify.AsyncifyOptions.Catches;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.asyncify.AsyncifyOptions.Recording;
import dev.bysync.asyncify.AsyncifyOptions.StateGlobals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes {@link AsyncifyOptions} of what a user wrote. All that is wrong is collected and reported
 * at once.
 *
 * <p>A list's entries are separated by commas; commas inside of balanced brackets of any kind
 * belong to the name, as in {@code foo(int, char)}. A list that starts with an at sign names a
 * file; if there is a line break inside the list, entries are separated by line breaks and commas
 * belong to the names.
 */
public final class OptionParser {
  /** Reads a response file. */
  @FunctionalInterface
  public interface Files {
    /** The file's text. */
    String read(String name) throws IOException;
  }

  private final Files files;
  private final Map<TransformOption, String> given = new EnumMap<>(TransformOption.class);

  /** Of lists that came as such. */
  private final Map<TransformOption, List<String>> entries = new EnumMap<>(TransformOption.class);

  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  public OptionParser(Files files) {
    this.files = files;
  }

  /** Adds an option; of one that is given twice, the last counts. */
  public OptionParser add(TransformOption option, String value) {
    given.put(option, value);
    entries.remove(option);
    return this;
  }

  /** Adds a list whose entries are known one by one; nothing in them is taken for a separator. */
  OptionParser addList(TransformOption option, List<String> list) {
    given.put(option, OptionTexts.list(list));
    entries.put(option, List.copyOf(list));
    return this;
  }

  /** Adds {@code NAME} or {@code NAME@VALUE}. */
  public OptionParser addPassArgument(String argument) {
    int at = argument.indexOf('@');
    String name = at < 0 ? argument : argument.substring(0, at);
    String value = at < 0 ? "" : argument.substring(at + 1);
    Optional<TransformOption> option = TransformOption.ofPassArgument(name);
    if (option.isPresent()) {
      add(option.get(), value);
    } else if (name.startsWith("asyncify-") || name.startsWith("bysync-")) {
      problems.add("unknown pass argument " + name);
    } else {
      warnings.add("pass argument %s is not for asyncify, and is ignored".formatted(name));
    }
    return this;
  }

  /** Whether a flag or value was given. */
  public boolean has(TransformOption option) {
    return given.containsKey(option);
  }

  /**
   * All that was given, flags with an empty value.
   *
   * @throws OptionException if something else was given too
   */
  public Map<TransformOption, String> given() {
    if (!problems.isEmpty()) {
      throw new OptionException(String.join("\n", problems));
    }
    return Collections.unmodifiableMap(given);
  }

  /** What the user should know, a sentence each; complete after {@link #options}. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * The options; what was not given is as by default.
   *
   * @throws OptionException that names all problems, a line each
   */
  public AsyncifyOptions options() {
    return options(AsyncifyOptions.defaults());
  }

  /**
   * The options; what was not given is as in {@code base}.
   *
   * @throws OptionException that names all problems, a line each
   */
  public AsyncifyOptions options(AsyncifyOptions base) {
    AsyncifyOptions options = base;
    try {
      Selection selection = selection(base.selection());
      FrameMemory memory = memory(base.memory());
      options =
          new AsyncifyOptions(
              selection,
              has(TransformOption.ASSERTS) ? Asserts.CALLS : base.asserts(),
              memory,
              globals(base.globals()),
              has(TransformOption.IGNORE_UNWIND_FROM_CATCH) ? Catches.IGNORED : base.catches(),
              number(TransformOption.SPLIT_ABOVE, base.splitAbove()),
              level(base.level()),
              has(TransformOption.NO_RECORD) ? Recording.NOTHING : base.recording());
    } catch (OptionException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (!problems.isEmpty()) {
      throw new OptionException(String.join("\n", problems));
    }
    return options;
  }

  private Selection selection(Selection base) {
    boolean asksImports = has(TransformOption.IMPORTS) || has(TransformOption.IGNORE_IMPORTS);
    List<String> imports = asksImports ? list(TransformOption.IMPORTS) : base.imports();
    List<String> added = list(TransformOption.ADD_LIST, base.addList());
    if (added.isEmpty() && has(TransformOption.PROPAGATE_ADD_LIST)) {
      warnings.add("propagate-add-list changes nothing: there is no add-list");
    }
    return new Selection(
        asksImports ? importRule(imports) : base.importRule(),
        imports,
        indirect(base.indirect()),
        list(TransformOption.REMOVE_LIST, base.removeList()),
        added,
        has(TransformOption.PROPAGATE_ADD_LIST) ? Propagation.CALLERS : base.propagation(),
        list(TransformOption.ONLY_LIST, base.onlyList()));
  }

  private ImportRule importRule(List<String> imports) {
    if (imports.isEmpty()) {
      return has(TransformOption.IGNORE_IMPORTS) ? ImportRule.NONE : ImportRule.ALL;
    }
    if (has(TransformOption.IGNORE_IMPORTS)) {
      warnings.add("ignore-imports is not needed: imports names those that suspend");
    }
    return ImportRule.LISTED;
  }

  private IndirectCalls indirect(IndirectCalls base) {
    IndirectCalls policy = base;
    String text = given.get(TransformOption.INDIRECT);
    if (text != null) {
      try {
        policy = IndirectCalls.valueOf(text.strip().toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        problems.add("indirect is default, declared or never, not '%s'".formatted(text));
      }
    }
    if (has(TransformOption.IGNORE_INDIRECT)) {
      if (text != null && policy != IndirectCalls.NEVER) {
        problems.add("ignore-indirect means indirect=never: give only one of the two");
      }
      return IndirectCalls.NEVER;
    }
    return policy;
  }

  private StateGlobals globals(StateGlobals base) {
    boolean imported = has(TransformOption.IMPORT_GLOBALS);
    boolean exported = has(TransformOption.EXPORT_GLOBALS);
    if (imported && exported) {
      problems.add("import-globals and export-globals can't be used together");
    }
    return imported ? StateGlobals.IMPORTED : exported ? StateGlobals.EXPORTED : base;
  }

  private FrameMemory memory(FrameMemory base) {
    String export = given.get(TransformOption.MEMORY);
    if (has(TransformOption.IN_SECONDARY_MEMORY)) {
      if (export != null) {
        problems.add(
            "memory and in-secondary-memory name two places for the frames: give only one");
      }
      return FrameMemory.secondary(number(TransformOption.SECONDARY_MEMORY_SIZE, 1));
    }
    if (has(TransformOption.SECONDARY_MEMORY_SIZE)) {
      problems.add("secondary-memory-size needs in-secondary-memory");
    }
    return export == null ? base : FrameMemory.export(export);
  }

  private FeatureLevel level(FeatureLevel base) {
    String text = given.get(TransformOption.FEATURE_LEVEL);
    return text == null ? base : FeatureLevel.of(text.strip());
  }

  private int number(TransformOption option, int byDefault) {
    String text = given.get(option);
    if (text == null) {
      return byDefault;
    }
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      problems.add("%s is a whole number, not '%s'".formatted(option.longName(), text));
      return byDefault;
    }
  }

  // ---- lists ----

  private List<String> list(TransformOption option, List<String> base) {
    return has(option) ? list(option) : base;
  }

  private List<String> list(TransformOption option) {
    List<String> known = entries.get(option);
    String value = given.get(option);
    if (known != null || value == null) {
      return known == null ? List.of() : known;
    }
    String text = value;
    if (value.startsWith("@")) {
      try {
        text = files.read(value.substring(1));
      } catch (IOException e) {
        problems.add("%s: can't read the file %s".formatted(option.longName(), e.getMessage()));
        return List.of();
      }
    }
    return entries(option, text.strip());
  }

  /** The entries, each once. */
  private List<String> entries(TransformOption option, String text) {
    Set<String> found = new LinkedHashSet<>();
    if (text.indexOf('\n') >= 0) {
      text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(found::add);
      return List.copyOf(found);
    }
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      switch (c) {
        case '(', '<', '[', '{' -> depth++;
        case ')', '>', ']', '}' -> depth--;
        default -> {}
      }
      if (c == ',' && (depth == 0 || i == text.length())) {
        String entry = text.substring(start, i).strip();
        if (!entry.isEmpty()) {
          found.add(entry);
        }
        start = i + 1;
      }
    }
    if (depth != 0) {
      problems.add(
          "%s: the brackets of '%s' are not balanced; write the names to a file, a line each, and give %s=@FILE"
              .formatted(option.longName(), text, option.longName()));
    }
    return List.copyOf(found);
  }
}
