package dev.bysync.engine;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.Catches;
import dev.bysync.strategy.Strategy;
import dev.bysync.strategy.StrategyException;
import dev.bysync.strategy.StrategyResult;
import dev.bysync.verify.ProbeTransform;
import java.util.ArrayList;
import java.util.List;

/** How a module's probe variant is transformed for its verification. */
public final class Probing {
  private Probing() {}

  /**
   * By the strategy and with the options that the module was transformed with: the rule for imports
   * is widened by the probe, all else stays. Lists that forbid functions to be suspended in are a
   * promise of the user's that the probe would break, so they leave no room for one.
   */
  public static ProbeTransform of(Strategy strategy, AsyncifyOptions options) {
    return variant -> {
      try {
        AsyncifyOptions probing = options.withSelection(widened(options));
        StrategyResult made = strategy.transform(variant, probing);
        return new ProbeTransform.Made(
            made.bytes(), made.sites(), SuspensionRules.of(variant, strategy, probing));
      } catch (StrategyException e) {
        throw new OptionException(String.valueOf(e.getMessage()));
      }
    };
  }

  private static Selection widened(AsyncifyOptions options) {
    Selection selection = options.selection();
    String closed =
        !selection.onlyList().isEmpty()
            ? "an only-list"
            : !selection.removeList().isEmpty()
                ? "a remove-list"
                : selection.indirect() == IndirectCalls.NEVER
                    ? "indirect calls that never suspend"
                    : options.catches() == Catches.IGNORED ? "catches that never suspend" : "";
    if (!closed.isEmpty()) {
      throw new OptionException("the options have " + closed);
    }
    if (selection.importRule() == ImportRule.ALL) {
      return selection;
    }
    List<String> imports = new ArrayList<>(selection.imports());
    imports.add(ProbeTransform.IMPORT);
    return new Selection(
        ImportRule.LISTED,
        imports,
        selection.indirect(),
        selection.removeList(),
        selection.addList(),
        selection.propagation(),
        selection.onlyList());
  }
}
