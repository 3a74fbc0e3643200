package dev.bysync.analysis;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.PairIndex;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;

/**
 * Who calls whom, from one scan of every body.
 *
 * <p>Nodes are the functions, then the <em>targets</em> of indirect calls: a target is a type and a
 * place ({@link ReferenceFlow}), and stands for all functions of that type, or of a type below it,
 * whose reference can be there. An indirect call is an edge to its target; a target has an edge to
 * the functions of exactly its type, and one to each target of the same place with a type right
 * below its own. So the number of edges is that of calls, of segment entries and of types, never a
 * product. Edges lie in two flat columns.
 */
final class CallGraph {
  /** Columns of {@link #tailCalls}: caller, opcode, function or type, table. */
  static final int TAIL_COLUMNS = 4;

  /** By opcode: what calls, or moves references. */
  private static final boolean[] FOLLOWED = new boolean[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      FOLLOWED[opcode] = isFollowed(opcode);
    }
  }

  private final Module module;
  private final ReferenceFlow flow;
  private final IntArray tailCalls = new IntArray();
  private final IntArray callers = new IntArray();
  private final IntArray callees = new IntArray();

  /** Targets as calls name them, by place and type; merged ones are told apart by {@link #node}. */
  private final PairIndex called = new PairIndex();

  private final IntArray calledPlace = new IntArray();
  private final IntArray calledType = new IntArray();

  /** Targets by merged place and type. */
  private final PairIndex targets = new PairIndex();

  private final IntArray targetPlace = new IntArray();
  private final IntArray targetType = new IntArray();

  /** Whether a target has its edges. */
  private final BitSet linked = new BitSet();

  private CallGraph(Module module) {
    this.module = module;
    checkReferences();
    flow = new ReferenceFlow(module);
  }

  static CallGraph scan(Module module) {
    CallGraph graph = new CallGraph(module);
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    for (int body = 0; body < module.bodyCount(); body++) {
      graph.scanBody(body, code);
    }
    graph.flow.findHost();
    graph.resolveTargets();
    graph.linkTargets();
    return graph;
  }

  Module module() {
    return module;
  }

  /** Functions and targets. */
  int nodeCount() {
    return module.functionCount() + targets.size();
  }

  int edgeCount() {
    return callers.size();
  }

  int caller(int edge) {
    return callers.get(edge);
  }

  int callee(int edge) {
    return callees.get(edge);
  }

  /** All tail calls, {@link #TAIL_COLUMNS} numbers each. */
  IntArray tailCalls() {
    return tailCalls;
  }

  /** Callers by callee. */
  Rows callersOf() {
    return new Rows(callees, callers, nodeCount());
  }

  /** Callees by caller. */
  Rows calleesOf() {
    return new Rows(callers, callees, nodeCount());
  }

  /** The target of a {@code call_indirect} in the module. */
  int tableTarget(int type, int table) {
    return node(flow.table(table), type);
  }

  /** The target of a {@code call_ref} in the module. */
  int valueTarget(int type) {
    return node(flow.values(), type);
  }

  private int node(int place, int type) {
    int target = targets.find(flow.find(place), module.types().canonical(type));
    if (target < 0) {
      throw new IllegalArgumentException("no call of type " + type + " at place " + place);
    }
    return module.functionCount() + target;
  }

  boolean isTarget(int node) {
    return node >= module.functionCount();
  }

  /** Type index of a target. */
  int type(int target) {
    return targetType.get(target - module.functionCount());
  }

  /** Whether the host can put functions of its own where a target's are. */
  boolean isHostTarget(int target) {
    return flow.isHostPlace(targetPlace.get(target - module.functionCount()));
  }

  // ---- scan ----

  private void checkReferences() {
    for (Module.Element element : module.elements()) {
      for (int function : element.functions()) {
        checkFunction(function, element.start());
      }
    }
    for (int function : module.initializerRefs()) {
      checkFunction(function, -1);
    }
  }

  private void checkFunction(int function, int at) {
    if (function >= module.functionCount()) {
      throw new WasmException(Failure.INVALID, at, "unknown function " + function);
    }
  }

  private void scanBody(int body, CodeReader code) {
    int function = body + module.importedFunctionCount();
    try {
      code.reset(firstInstruction(module, body), module.bodyEnd(body));
      for (int opcode = code.next(FOLLOWED); opcode >= 0; opcode = code.next(FOLLOWED)) {
        scanInstruction(function, opcode, code);
      }
    } catch (WasmException e) {
      throw e.inFunction(function);
    }
  }

  /** Offset of a body's first instruction, behind its declarations. */
  static int firstInstruction(Module module, int body) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    return in.position();
  }

  private static boolean isFollowed(int opcode) {
    return switch (opcode) {
      case Opcodes.CALL,
          Opcodes.RETURN_CALL,
          Opcodes.CALL_INDIRECT,
          Opcodes.RETURN_CALL_INDIRECT,
          Opcodes.CALL_REF,
          Opcodes.RETURN_CALL_REF,
          Opcodes.REF_FUNC,
          Opcodes.TABLE_GET,
          Opcodes.TABLE_SET,
          Opcodes.TABLE_GROW,
          Opcodes.TABLE_FILL,
          Opcodes.TABLE_COPY,
          Opcodes.TABLE_INIT,
          Opcodes.ARRAY_NEW_ELEM,
          Opcodes.ARRAY_INIT_ELEM,
          Opcodes.RESUME,
          Opcodes.RESUME_THROW,
          Opcodes.RESUME_THROW_REF,
          Opcodes.SWITCH ->
          true;
      default -> false;
    };
  }

  private void scanInstruction(int function, int opcode, CodeReader code) {
    switch (opcode) {
      case Opcodes.CALL, Opcodes.RETURN_CALL -> {
        checkFunction(code.index(), code.start());
        edge(function, code.index());
        noteTail(function, opcode, code);
      }
      case Opcodes.CALL_INDIRECT, Opcodes.RETURN_CALL_INDIRECT -> {
        checkType(code.index(), code);
        checkTable(code.index2(), code);
        call(function, flow.table(code.index2()), code.index());
        noteTail(function, opcode, code);
      }
      case Opcodes.CALL_REF, Opcodes.RETURN_CALL_REF -> {
        checkType(code.index(), code);
        call(function, flow.values(), code.index());
        noteTail(function, opcode, code);
      }
      case Opcodes.REF_FUNC -> {
        checkFunction(code.index(), code.start());
        flow.escape(code.index());
      }
      case Opcodes.TABLE_GET, Opcodes.TABLE_SET, Opcodes.TABLE_GROW, Opcodes.TABLE_FILL -> {
        checkTable(code.index(), code);
        flow.merge(flow.table(code.index()), flow.values());
      }
      case Opcodes.TABLE_COPY -> {
        checkTable(code.index(), code);
        checkTable(code.index2(), code);
        flow.merge(flow.table(code.index()), flow.table(code.index2()));
      }
      case Opcodes.TABLE_INIT -> {
        checkSegment(code.index(), code);
        checkTable(code.index2(), code);
        flow.merge(flow.segment(code.index()), flow.table(code.index2()));
      }
      case Opcodes.ARRAY_NEW_ELEM, Opcodes.ARRAY_INIT_ELEM -> {
        checkSegment(code.index2(), code);
        flow.merge(flow.segment(code.index2()), flow.values());
      }
      case Opcodes.RESUME, Opcodes.RESUME_THROW, Opcodes.RESUME_THROW_REF, Opcodes.SWITCH ->
          resume(function, code);
      default -> throw new IllegalArgumentException(Opcodes.name(opcode));
    }
  }

  /**
   * Going on with a continuation is a call of the function that it was made of, or of what it
   * switches to.
   */
  private void resume(int function, CodeReader code) {
    int type = code.index();
    if (type >= module.types().size() || module.types().kind(type) != Types.CONT) {
      throw new WasmException(
          Failure.INVALID, code.start(), "unknown type " + type + ": no continuation type");
    }
    int called = module.types().continuation(type);
    if (module.types().isFunction(called)) {
      call(function, flow.values(), called);
    }
  }

  private void noteTail(int function, int opcode, CodeReader code) {
    switch (opcode) {
      case Opcodes.RETURN_CALL, Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF -> {
        tailCalls.add(function);
        tailCalls.add(opcode);
        tailCalls.add(code.index());
        tailCalls.add(code.index2());
      }
      default -> {}
    }
  }

  private void call(int caller, int place, int type) {
    int target = called.add(place, module.types().canonical(type));
    if (target == calledPlace.size()) {
      calledPlace.add(place);
      calledType.add(module.types().canonical(type));
    }
    edge(caller, module.functionCount() + target);
  }

  private void edge(int caller, int callee) {
    callers.add(caller);
    callees.add(callee);
  }

  private void checkType(int type, CodeReader code) {
    if (!module.types().isFunction(type)) {
      throw new WasmException(
          Failure.INVALID, code.start(), "unknown type " + type + ": no function type");
    }
  }

  private void checkTable(int table, CodeReader code) {
    if (table >= module.tables().size()) {
      throw new WasmException(Failure.INVALID, code.start(), "unknown table " + table);
    }
  }

  private void checkSegment(int segment, CodeReader code) {
    if (segment >= module.elements().size()) {
      throw new WasmException(Failure.INVALID, code.start(), "unknown element segment " + segment);
    }
  }

  // ---- targets ----

  /** Now that places are merged: edges to called targets become edges to the merged ones. */
  private void resolveTargets() {
    int functions = module.functionCount();
    int[] merged = new int[called.size()];
    for (int i = 0; i < merged.length; i++) {
      merged[i] = functions + target(flow.find(calledPlace.get(i)), calledType.get(i));
    }
    for (int edge = 0; edge < callees.size(); edge++) {
      if (callees.get(edge) >= functions) {
        callees.set(edge, merged[callees.get(edge) - functions]);
      }
    }
  }

  private int target(int place, int type) {
    int target = targets.add(place, type);
    if (target == targetPlace.size()) {
      targetPlace.add(place);
      targetType.add(type);
    }
    return target;
  }

  private void linkTargets() {
    int values = flow.find(flow.values());
    BitSet escaping = flow.escaping();
    for (int f = escaping.nextSetBit(0); f >= 0; f = escaping.nextSetBit(f + 1)) {
      link(values, f);
    }
    for (int i = 0; i < module.elements().size(); i++) {
      Module.Element element = module.elements().get(i);
      if (element.mode() != Module.Mode.DECLARATIVE) {
        int place = flow.find(flow.segment(i));
        for (int function : element.functions()) {
          link(place, function);
        }
      }
    }
  }

  /**
   * The function can be at the place: edges to it, from its own type's target and from those above.
   */
  private void link(int place, int function) {
    int type = module.types().canonical(module.functionType(function));
    int target = target(place, type);
    edge(module.functionCount() + target, function);
    while (!linked.get(target)) {
      linked.set(target);
      int supertype = module.types().supertype(type);
      if (supertype < 0) {
        return;
      }
      type = module.types().canonical(supertype);
      int above = target(place, type);
      edge(module.functionCount() + above, module.functionCount() + target);
      target = above;
    }
  }
}
