package dev.bysync.analysis;

import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the functions that a list of names and patterns means. */
final class NameList {
  private NameList() {}

  /**
   * Functions with a body that a list names; a pattern passes over imports.
   *
   * @param list what the list is called
   * @param warnings where entries that name nothing are told
   * @throws OptionException if an entry is the name of an imported function
   */
  static BitSet find(
      String list,
      List<String> entries,
      Module module,
      FunctionNames names,
      List<String> warnings) {
    BitSet found = new BitSet();
    if (entries.isEmpty()) {
      return found;
    }
    Set<String> exact = new LinkedHashSet<>();
    List<String> patterns = new ArrayList<>();
    for (String entry : entries) {
      if (Wildcards.isPattern(entry)) {
        patterns.add(entry);
      } else {
        exact.add(entry);
      }
    }
    Set<String> namesMatched = new HashSet<>();
    BitSet patternsMatched = new BitSet();
    for (int f = 0; f < module.functionCount(); f++) {
      String name = names.name(f);
      if (exact.contains(name)) {
        checkImport(list, name, f, module);
        namesMatched.add(name);
        found.set(f);
      }
      for (int p = 0; p < patterns.size() && f >= module.importedFunctionCount(); p++) {
        if (Wildcards.matches(patterns.get(p), name)) {
          patternsMatched.set(p);
          found.set(f);
        }
      }
    }
    exact.removeAll(namesMatched);
    for (String name : exact) {
      warnings.add("the %s names '%s', and no function is called that".formatted(list, name));
    }
    for (int p = 0; p < patterns.size(); p++) {
      if (!patternsMatched.get(p)) {
        warnings.add(
            "the %s has the pattern '%s', and no function matches it"
                .formatted(list, patterns.get(p)));
      }
    }
    return found;
  }

  private static void checkImport(String list, String name, int function, Module module) {
    if (function < module.importedFunctionCount()) {
      throw new OptionException(
          "the %s names '%s', an imported function; which imports suspend is said by --imports (asyncify-imports)"
              .formatted(list, name));
    }
  }
}
