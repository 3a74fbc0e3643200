package dev.bysync.analysis;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says why functions are instrumented: for one function, the shortest way to what suspends; for the
 * module, what is responsible for how much. Reads the plan and decides nothing.
 */
public final class Explainer {
  private static final int NONE = -1;

  private final Module module;
  private final Plan plan;
  private final CallGraph graph;
  private final CodeReader code;

  /**
   * Why a function is instrumented, or is not.
   *
   * @param function the function
   * @param cause the kind of reason
   * @param offset byte offset of the call that makes it so, or -1
   * @param callee the function called, if it is one of the module or an import; else -1
   * @param type type index of the indirect call, or -1
   */
  public record Why(int function, Cause cause, int offset, int callee, int type) {}

  /**
   * What instruments functions.
   *
   * @param kind what it is
   * @param index of a function or type
   * @param nearest instrumented functions whose shortest way to what suspends leads through it
   * @param nearestBytes size of their bodies in the original
   * @param alone instrumented functions that would not be if it did not suspend
   * @param aloneBytes size of their bodies in the original
   */
  public record Blame(
      Kind kind, int index, int nearest, long nearestBytes, int alone, long aloneBytes) {
    /** What can be responsible. */
    public enum Kind {
      /** An imported function. */
      IMPORT,
      /** Indirect calls of a type, through tables or references. */
      INDIRECT_TYPE,
      /** A function with a body. */
      FUNCTION
    }
  }

  public Explainer(Module module, Plan plan) {
    this.module = module;
    this.plan = plan;
    graph = plan.graph();
    code = new CodeReader(module.bytes(), 0, 0);
  }

  /** Why a function is instrumented, or is not; costs one reading of its body. */
  public Why why(int function) {
    Cause cause = plan.cause(function);
    return switch (cause) {
      case CALLS -> {
        int callee = plan.next(function);
        yield new Why(function, cause, callOf(function, callee), callee, NONE);
      }
      case CALLS_HOST, CALLS_INDIRECTLY -> {
        int target = plan.next(function);
        int type = graph.type(target);
        int offset = callOf(function, target);
        int callee = target;
        while (callee != NONE && graph.isTarget(callee)) {
          callee = plan.next(callee);
        }
        yield new Why(function, cause, offset, callee, type);
      }
      default -> new Why(function, cause, NONE, NONE, NONE);
    };
  }

  /**
   * The shortest way from a function to what suspends by itself, that included where it is known.
   */
  public List<Why> path(int function) {
    List<Why> path = new ArrayList<>();
    int at = function;
    while (at != NONE) {
      Why why = why(at);
      path.add(why);
      at = why.callee();
    }
    return path;
  }

  /** Offset of the first call of a function or target in a body. */
  private int callOf(int function, int node) {
    int body = function - module.importedFunctionCount();
    code.reset(CallGraph.firstInstruction(module, body), module.bodyEnd(body));
    while (!code.atEnd()) {
      int called =
          switch (code.next()) {
            case Opcodes.CALL, Opcodes.RETURN_CALL -> code.index();
            case Opcodes.CALL_INDIRECT, Opcodes.RETURN_CALL_INDIRECT ->
                graph.tableTarget(code.index(), code.index2());
            case Opcodes.CALL_REF, Opcodes.RETURN_CALL_REF -> graph.valueTarget(code.index());
            default -> NONE;
          };
      if (called == node) {
        return code.start();
      }
    }
    return NONE;
  }

  /** Size of a function's body in the original, its declarations included; 0 for an import. */
  public int bodyBytes(int function) {
    int body = function - module.importedFunctionCount();
    return body < 0 ? 0 : module.bodyEnd(body) - module.bodyStart(body);
  }

  /** Size of the bodies of all instrumented functions. */
  public long instrumentedBytes() {
    long bytes = 0;
    for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
      bytes += plan.isInstrumented(f) ? bodyBytes(f) : 0;
    }
    return bytes;
  }

  /**
   * What is responsible for instrumented functions, the most responsible first: every import and
   * indirect-call type that leads to any, and of functions those without which others than
   * themselves would not be instrumented. Nearly linear in the number of calls.
   *
   * <p>With an only-list nobody else is responsible, and the list is empty.
   */
  public List<Blame> ranking() {
    Dominators tree = new Dominators(plan, graph.callersOf(), graph.calleesOf());
    int nodes = graph.nodeCount();
    int[] alone = new int[nodes];
    long[] aloneBytes = new long[nodes];
    for (int i = tree.count() - 1; i >= 0; i--) {
      int node = tree.node(i);
      count(node, alone, aloneBytes);
      int above = tree.above(node);
      if (above != NONE) {
        alone[above] += alone[node];
        aloneBytes[above] += aloneBytes[node];
      }
    }
    int[] nearest = new int[nodes];
    long[] nearestBytes = new long[nodes];
    for (int i = plan.reachedCount() - 1; i >= 0; i--) {
      int node = plan.reached(i);
      count(node, nearest, nearestBytes);
      int next = plan.next(node);
      if (next != NONE) {
        nearest[next] += nearest[node];
        nearestBytes[next] += nearestBytes[node];
      }
    }
    return blames(nearest, nearestBytes, alone, aloneBytes);
  }

  private void count(int node, int[] functions, long[] bytes) {
    if (!graph.isTarget(node) && plan.isInstrumented(node)) {
      functions[node]++;
      bytes[node] += bodyBytes(node);
    }
  }

  private List<Blame> blames(int[] nearest, long[] nearestBytes, int[] alone, long[] aloneBytes) {
    List<Blame> blames = new ArrayList<>();
    for (int i = 0; i < plan.reachedCount(); i++) {
      int node = plan.reached(i);
      Blame.Kind kind =
          graph.isTarget(node)
              ? Blame.Kind.INDIRECT_TYPE
              : node < module.importedFunctionCount() ? Blame.Kind.IMPORT : Blame.Kind.FUNCTION;
      int least = kind == Blame.Kind.FUNCTION ? 1 : 0;
      if (kind == Blame.Kind.FUNCTION ? alone[node] > least : nearest[node] + alone[node] > least) {
        blames.add(
            new Blame(
                kind,
                graph.isTarget(node) ? graph.type(node) : node,
                nearest[node],
                nearestBytes[node],
                alone[node],
                aloneBytes[node]));
      }
    }
    blames.sort(
        Comparator.comparingLong(Blame::aloneBytes)
            .thenComparingLong(Blame::nearestBytes)
            .reversed());
    return blames;
  }
}
