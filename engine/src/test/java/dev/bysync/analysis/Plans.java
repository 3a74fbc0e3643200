package dev.bysync.analysis;

import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Plans of modules in the text format. */
final class Plans {
  private Plans() {}

  static Module module(String text) {
    return Module.read(WatReader.assemble(text, DebugNames.WRITE));
  }

  /** Names of the instrumented functions. */
  static Set<String> instrumented(Module module, Plan plan) {
    Set<String> names = new TreeSet<>();
    for (int f = 0; f < module.functionCount(); f++) {
      if (plan.isInstrumented(f)) {
        names.add(plan.names().name(f));
      }
    }
    return names;
  }

  static Set<String> instrumented(String text, Selection selection) {
    Module module = module(text);
    return instrumented(module, Plan.of(module, selection));
  }

  static Selection indirect(IndirectCalls policy) {
    return Selection.defaults().withIndirect(policy);
  }

  static Selection imports(String... patterns) {
    return new Selection(
        ImportRule.LISTED,
        List.of(patterns),
        IndirectCalls.DEFAULT,
        List.of(),
        List.of(),
        Propagation.LISTED_ONLY,
        List.of());
  }

  static Selection lists(
      IndirectCalls policy, List<String> remove, List<String> add, List<String> only) {
    return new Selection(
        ImportRule.ALL, List.of(), policy, remove, add, Propagation.LISTED_ONLY, only);
  }
}
