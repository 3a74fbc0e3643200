package dev.bysync.analysis;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What tail calls that may suspend mean for rewinding. A function that has made one is gone when
 * its callee is suspended: whoever called it calls it again on rewind, and it must pass that call
 * on to the function whose frame is there.
 *
 * <p>Result types, references not told apart, make <em>classes</em>: caller and callee of a tail
 * call are of one class.
 */
public final class TailCalls {
  /** By type index; empty in a module without tail calls. */
  private final int[] classes;

  private final BitSet callers = new BitSet();
  private final BitSet owners = new BitSet();
  private final BitSet indirectClasses = new BitSet();
  private final BitSet recordedClasses = new BitSet();

  TailCalls(Module module, Plan plan, CallGraph graph) {
    IntArray sites = graph.tailCalls();
    classes = sites.size() == 0 ? new int[0] : classes(module.types());
    for (int i = 0; i < sites.size(); i += CallGraph.TAIL_COLUMNS) {
      int caller = sites.get(i);
      if (plan.isInstrumented(caller)) {
        add(module, plan, caller, sites.get(i + 1), sites.get(i + 2), sites.get(i + 3));
      }
    }
    owners.or(callers);
    if (!indirectClasses.isEmpty()) {
      addHeld(module, plan, graph);
    }
  }

  private static int[] classes(Types types) {
    Map<List<Integer>, Integer> known = new HashMap<>();
    int[] classes = new int[types.size()];
    for (int type = 0; type < classes.length; type++) {
      if (types.isFunction(type)) {
        List<Integer> results = new ArrayList<>();
        for (int i = 0; i < types.resultCount(type); i++) {
          int result = types.result(type, i);
          results.add(ValType.isRef(result) ? ValType.FUNCREF : result);
        }
        classes[type] = known.computeIfAbsent(results, key -> known.size());
      }
    }
    return classes;
  }

  private void add(Module module, Plan plan, int caller, int opcode, int index, int table) {
    if (opcode == Opcodes.RETURN_CALL) {
      if (plan.maySuspend(index)) {
        callers.set(caller);
        if (plan.isInstrumented(index)) {
          owners.set(index);
        }
      }
      return;
    }
    boolean inTable = opcode == Opcodes.RETURN_CALL_INDIRECT;
    if (inTable ? plan.isTableSite(caller, index, table) : plan.isReferenceSite(caller, index)) {
      callers.set(caller);
      int resultClass = resultClass(module.functionType(caller));
      indirectClasses.set(resultClass);
      if (inTable ? plan.tableNeedsArguments(index, table) : plan.referenceNeedsArguments(index)) {
        recordedClasses.set(resultClass);
      }
    }
  }

  /** Functions that an indirect tail call, or the host in its place, may call. */
  private void addHeld(Module module, Plan plan, CallGraph graph) {
    BitSet held = new BitSet();
    for (int edge = 0; edge < graph.edgeCount(); edge++) {
      if (graph.isTarget(graph.caller(edge)) && !graph.isTarget(graph.callee(edge))) {
        held.set(graph.callee(edge));
      }
    }
    for (Module.Export export : module.exports()) {
      if (export.kind() == ExternKind.FUNCTION) {
        held.set(export.index());
      }
    }
    for (int f = held.nextSetBit(0); f >= 0; f = held.nextSetBit(f + 1)) {
      if (plan.isInstrumented(f)
          && (isRecording() || indirectClasses.get(resultClass(module.functionType(f))))) {
        owners.set(f);
      }
    }
  }

  /** Whether the function makes a tail call that may suspend. */
  public boolean isCaller(int function) {
    return callers.get(function);
  }

  /**
   * Whether the function's frame may be met by another one that is called to rewind. Where {@link
   * #isRecording}, that is so of all functions that the host can call.
   */
  public boolean isOwner(int function) {
    return owners.get(function);
  }

  /** The class of a function type's results, from 0; only in a module with tail calls. */
  public int resultClass(int type) {
    return classes[type];
  }

  /** Whether the module has tail calls that may suspend. */
  public boolean isUsed() {
    return !callers.isEmpty();
  }

  /** Whether any indirect tail call may end in the host, which writes no frame. */
  public boolean isRecording() {
    return !recordedClasses.isEmpty();
  }

  /** Whether a function of a class may end in such a tail call. */
  public boolean isRecorded(int resultClass) {
    return recordedClasses.get(resultClass);
  }
}
