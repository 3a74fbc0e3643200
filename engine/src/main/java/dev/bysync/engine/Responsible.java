package dev.bysync.engine;

import dev.bysync.analysis.Explainer;
import dev.bysync.analysis.Explainer.Blame;
import dev.bysync.analysis.FunctionText;
import dev.bysync.analysis.Plan;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes functions of a module suspendable, and so instruments them.
 *
 * @param kind an import, or indirect calls of a type
 * @param name the import as {@code module.name}, the type as {@code (i32, i64) -> f32}; at most 120
 *     characters
 * @param functions instrumented functions whose shortest way to what suspends leads through it
 * @param bytes size of their bodies in the original
 * @param alone instrumented functions that would not be if it did not suspend
 * @param aloneBytes size of their bodies in the original
 */
public record Responsible(
    Kind kind, String name, int functions, long bytes, int alone, long aloneBytes) {
  /** The most that are told of each kind. */
  static final int MOST = 20;

  private static final int NAME_CHARS = 120;

  /** What can be responsible. */
  public enum Kind {
    IMPORT,
    INDIRECT_CALLS
  }

  /**
   * Those of a module, the most responsible first and at most {@value #MOST} of each kind.
   *
   * @param original a module that our transform takes with these options
   */
  static List<Responsible> of(byte[] original, AsyncifyOptions options) {
    Module module = Module.read(original);
    Plan plan = Plan.of(module, options.selection());
    FunctionText text = new FunctionText(module, plan.names());
    List<Responsible> imports = new ArrayList<>();
    List<Responsible> types = new ArrayList<>();
    for (Blame blame : new Explainer(module, plan).ranking()) {
      switch (blame.kind()) {
        case IMPORT -> add(imports, Kind.IMPORT, text.name(blame.index()), blame);
        case INDIRECT_TYPE -> add(types, Kind.INDIRECT_CALLS, text.type(blame.index()), blame);
        case FUNCTION -> {} // leads to one of the others
      }
    }
    imports.addAll(types);
    return List.copyOf(imports);
  }

  private static void add(List<Responsible> list, Kind kind, String name, Blame blame) {
    if (list.size() < MOST) {
      list.add(
          new Responsible(
              kind,
              name.length() <= NAME_CHARS ? name : name.substring(0, NAME_CHARS - 1) + "…",
              blame.nearest(),
              blame.nearestBytes(),
              blame.alone(),
              blame.aloneBytes()));
    }
  }
}
