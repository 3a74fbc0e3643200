package dev.bysync.analysis;

import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the functions that a list of names and patterns means. */
final class NameList {
  private NameList() {}

  /**
   * Functions with a body that a list names; a pattern passes over imports.
   *
   * @param unmatched where the places of entries that name nothing are noted
   * @throws OptionException if an entry is the name of an imported function
   */
  static BitSet find(
      NamedList list, Selection selection, Module module, FunctionNames names, BitSet unmatched) {
    List<String> entries = list.of(selection);
    BitSet found = new BitSet();
    if (entries.isEmpty()) {
      return found;
    }
    Set<String> exact = new HashSet<>();
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
    for (int i = 0, p = 0; i < entries.size(); i++) {
      String entry = entries.get(i);
      boolean matched =
          Wildcards.isPattern(entry) ? patternsMatched.get(p++) : namesMatched.contains(entry);
      unmatched.set(i, !matched);
    }
    return found;
  }

  private static void checkImport(NamedList list, String name, int function, Module module) {
    if (function < module.importedFunctionCount()) {
      throw new OptionException(
          "the %s names '%s', an imported function; which imports suspend is said by --imports (asyncify-imports)"
              .formatted(list, PrintableText.name(name)));
    }
  }
}
