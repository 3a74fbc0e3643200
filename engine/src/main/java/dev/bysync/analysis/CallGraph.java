package dev.bysync.analysis;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;

/**
 * Who calls whom, from one scan of every body.
 *
 * <p>Nodes are the functions, then one node per type: an indirect call is an edge to its type's
 * node, and a type's node has an edge to every function of a matching type whose reference is taken
 * somewhere (a segment, an initialiser, {@code ref.func}). Edges lie in two flat columns.
 */
final class CallGraph {
  final Module module;
  final IntArray callers = new IntArray();
  final IntArray callees = new IntArray();

  /** Functions that make an indirect call through a table or reference that the host can fill. */
  final BitSet callsHost = new BitSet();

  /** Type nodes that an imported function matches whose reference is taken. */
  final BitSet reachesImport = new BitSet();

  private final BitSet escaping = new BitSet();
  private final boolean[] hostTables;

  private CallGraph(Module module) {
    this.module = module;
    hostTables = new boolean[module.tables().size()];
    for (int table = 0; table < hostTables.length; table++) {
      hostTables[table] = module.isHostVisible(ExternKind.TABLE, table);
    }
  }

  static CallGraph scan(Module module) {
    CallGraph graph = new CallGraph(module);
    graph.collectSegments();
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    for (int body = 0; body < module.bodyCount(); body++) {
      graph.scanBody(body, code);
    }
    graph.linkTypes();
    return graph;
  }

  /** The node of all functions that match a type. */
  int typeNode(int type) {
    return module.functionCount() + module.types().canonical(type);
  }

  int nodeCount() {
    return module.functionCount() + module.types().size();
  }

  /** Whether the host can put its own functions into the table. */
  boolean isHostTable(int table) {
    return hostTables[table];
  }

  private void collectSegments() {
    for (Module.Element element : module.elements()) {
      for (int function : element.functions()) {
        escape(function, element.start());
      }
    }
    for (int function : module.initializerRefs()) {
      escape(function, -1);
    }
  }

  private void escape(int function, int at) {
    if (function >= module.functionCount()) {
      throw new WasmException(Failure.INVALID, at, "unknown function " + function);
    }
    escaping.set(function);
  }

  private void scanBody(int body, CodeReader code) {
    int function = body + module.importedFunctionCount();
    try {
      code.reset(firstInstruction(body), module.bodyEnd(body));
      while (!code.atEnd()) {
        scanInstruction(function, code);
      }
    } catch (WasmException e) {
      throw e.inFunction(function);
    }
  }

  private int firstInstruction(int body) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    return in.position();
  }

  private void scanInstruction(int function, CodeReader code) {
    switch (code.next()) {
      case Opcodes.CALL, Opcodes.RETURN_CALL -> {
        checkFunction(code);
        edge(function, code.index());
      }
      case Opcodes.CALL_INDIRECT, Opcodes.RETURN_CALL_INDIRECT -> {
        checkIndirect(code);
        if (hostTables[code.index2()]) {
          callsHost.set(function);
        }
        edge(function, typeNode(code.index()));
      }
      case Opcodes.CALL_REF, Opcodes.RETURN_CALL_REF -> {
        checkType(code);
        callsHost.set(function);
        edge(function, typeNode(code.index()));
      }
      case Opcodes.REF_FUNC -> {
        checkFunction(code);
        escaping.set(code.index());
      }
      default -> {}
    }
  }

  private void edge(int caller, int callee) {
    callers.add(caller);
    callees.add(callee);
  }

  private void checkFunction(CodeReader code) {
    if (code.index() >= module.functionCount()) {
      throw new WasmException(Failure.INVALID, code.start(), "unknown function " + code.index());
    }
  }

  private void checkType(CodeReader code) {
    if (!module.types().isFunction(code.index())) {
      throw new WasmException(
          Failure.INVALID, code.start(), "unknown type " + code.index() + ": no function type");
    }
  }

  private void checkIndirect(CodeReader code) {
    checkType(code);
    if (code.index2() >= hostTables.length) {
      throw new WasmException(Failure.INVALID, code.start(), "unknown table " + code.index2());
    }
  }

  private void linkTypes() {
    for (int f = escaping.nextSetBit(0); f >= 0; f = escaping.nextSetBit(f + 1)) {
      for (int type = module.functionType(f); type >= 0; type = module.types().supertype(type)) {
        edge(typeNode(type), f);
        if (f < module.importedFunctionCount()) {
          reachesImport.set(typeNode(type));
        }
      }
    }
  }
}
