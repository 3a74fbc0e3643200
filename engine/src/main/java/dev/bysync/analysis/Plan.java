package dev.bysync.analysis;

import dev.bysync.wasm.module.Module;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which functions are instrumented and which calls are sites. Immutable; made before a byte is
 * emitted.
 *
 * <p>Everything starts at what may suspend by itself: an imported function, and an indirect call
 * through a table or reference that the host can fill. From there it spreads from callee to caller
 * over the call graph with one worklist: linear in the number of calls. Functions that call the
 * control functions are the module's own runtime: the top-most ones (start_unwind, stop_rewind)
 * suspend but are not instrumented, the bottom-most ones (stop_unwind, start_rewind) stop the
 * spreading.
 */
public final class Plan {
  private final CallGraph graph;
  private final ControlImports controls;
  private final BitSet suspending;
  private final BitSet instrumented;

  private Plan(CallGraph graph, ControlImports controls, BitSet suspending, BitSet instrumented) {
    this.graph = graph;
    this.controls = controls;
    this.suspending = suspending;
    this.instrumented = instrumented;
  }

  /**
   * Scans the module and decides.
   *
   * @throws dev.bysync.wasm.binary.WasmException if a body can't be decoded
   */
  public static Plan of(Module module) {
    CallGraph graph = CallGraph.scan(module);
    ControlImports controls = ControlImports.of(module);
    BitSet top = new BitSet();
    BitSet bottom = new BitSet();
    for (int i = 0; i < graph.callees.size(); i++) {
      switch (controls.control(graph.callees.get(i))) {
        case ControlImports.START_UNWIND, ControlImports.STOP_REWIND ->
            top.set(graph.callers.get(i));
        case ControlImports.STOP_UNWIND, ControlImports.START_REWIND ->
            bottom.set(graph.callers.get(i));
        default -> {}
      }
    }
    BitSet suspending = spread(graph, controls, top, bottom);
    BitSet instrumented = (BitSet) suspending.clone();
    instrumented.clear(0, module.importedFunctionCount());
    instrumented.clear(module.functionCount(), graph.nodeCount());
    instrumented.andNot(top);
    return new Plan(graph, controls, suspending, instrumented);
  }

  private static BitSet spread(
      CallGraph graph, ControlImports controls, BitSet top, BitSet bottom) {
    int[] starts = new int[graph.nodeCount() + 1];
    int[] callersOf = transpose(graph, starts);
    BitSet suspending = new BitSet(graph.nodeCount());
    int[] worklist = new int[graph.nodeCount()];
    int pending = 0;
    for (int f = 0; f < graph.module.functionCount(); f++) {
      boolean source =
          f < graph.module.importedFunctionCount()
              ? controls.control(f) == ControlImports.NONE
              : graph.callsHost.get(f) || top.get(f);
      if (source && !bottom.get(f)) {
        suspending.set(f);
        worklist[pending++] = f;
      }
    }
    while (pending > 0) {
      int node = worklist[--pending];
      for (int i = starts[node]; i < starts[node + 1]; i++) {
        int caller = callersOf[i];
        if (!suspending.get(caller) && !bottom.get(caller)) {
          suspending.set(caller);
          worklist[pending++] = caller;
        }
      }
    }
    return suspending;
  }

  /** Callers by callee in compressed rows: those of node n lie from starts[n] to starts[n + 1]. */
  private static int[] transpose(CallGraph graph, int[] starts) {
    int edges = graph.callees.size();
    for (int i = 0; i < edges; i++) {
      starts[graph.callees.get(i) + 1]++;
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] next = Arrays.copyOf(starts, starts.length);
    int[] rows = new int[edges];
    for (int i = 0; i < edges; i++) {
      rows[next[graph.callees.get(i)]++] = graph.callers.get(i);
    }
    return rows;
  }

  /** Whether the function's body is rewritten. */
  public boolean isInstrumented(int function) {
    return instrumented.get(function);
  }

  /** Number of functions whose body is rewritten. */
  public int instrumentedCount() {
    return instrumented.cardinality();
  }

  /** Whether a call of the function is a site. */
  public boolean maySuspend(int function) {
    return suspending.get(function);
  }

  /** Whether a {@code call_indirect} of this type on this table is a site. */
  public boolean maySuspendIndirect(int type, int table) {
    return graph.isHostTable(table) || suspending.get(graph.typeNode(type));
  }

  /** Whether a call of the function must see its real arguments again when it is resumed. */
  public boolean needsArguments(int function) {
    return !instrumented.get(function);
  }

  /** Whether an indirect call may reach the host, and so must see its real arguments again. */
  public boolean indirectNeedsArguments(int type, int table) {
    return graph.isHostTable(table)
        || controls.isUsed()
        || graph.reachesImport.get(graph.typeNode(type));
  }

  /** The module's own use of the control functions. */
  public ControlImports controls() {
    return controls;
  }
}
