package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values that nobody looks at: results while unwinding, arguments of a callee that restores its
 * own. Zero or null where the type has it; of a non-nullable reference type a value that is built
 * once, when the module is instantiated, and kept in a constant global: an i31, an empty array, a
 * struct, a function.
 *
 * <p>A struct needs a value for each non-nullable field, so globals are made in the order of their
 * dependencies; a type that needs a value of itself for that has none at all, and neither have the
 * bottom types. A function is any one of the type, or an added one that traps. An exception is the
 * only value that no constant expression gives: a function throws and catches it, which takes
 * instructions that a module with legacy exceptions may not have.
 */
final class Placeholders {
  // instead of a type's global: not looked at yet, being looked at, there is no value, none made
  // yet
  private static final int UNKNOWN = -1;
  private static final int OPEN = -2;
  private static final int NONE = -3;
  private static final int POSSIBLE = -4;

  private final Module module;
  private final Types types;
  private final ModuleWriter writer;
  private final Abi abi;
  private final FeatureLevel level;
  private final ExceptionTypes exceptions;

  /** The global of each defined type, by canonical type index, or what is known of it. */
  private final int[] globals;

  /** The global of each abstract heap type. */
  private final Map<Integer, Integer> abstracts = new HashMap<>();

  private int[] functionOfType = {};
  private int exception = -1;

  Placeholders(
      Module module, ModuleWriter writer, Abi abi, FeatureLevel level, ExceptionTypes exceptions) {
    this.module = module;
    this.exceptions = exceptions;
    this.level = level;
    this.writer = writer;
    this.abi = abi;
    types = module.types();
    globals = new int[types.size()];
    Arrays.fill(globals, UNKNOWN);
  }

  /** How types of exceptions are written. */
  ExceptionTypes exceptions() {
    return exceptions;
  }

  /** Whether there is a value of the type. */
  boolean exists(int type) {
    if (ValType.isDefaultable(type)) {
      return true;
    }
    int heap = ValType.heap(type);
    if (ValType.isAbstract(heap)) {
      return !RefTables.isAlwaysNull(type) && heap != ValType.CONT && !exceptions.isHidden(type);
    }
    return isPossible(types.canonical(heap));
  }

  private boolean isPossible(int type) {
    if (globals[type] == UNKNOWN) {
      visit(type, UNKNOWN);
    }
    return globals[type] != NONE;
  }

  /**
   * Pushes a value of the type.
   *
   * @throws IllegalArgumentException if there is none: {@link #exists}
   * @throws WasmException if the feature level has none
   */
  void push(int type, ByteSink out) {
    checkLevel(type);
    if (ValType.isDefaultable(type)) {
      pushDefault(type, out);
    } else if (ValType.heap(type) == ValType.EXN) {
      out.u8(Opcodes.CALL);
      out.u32(exception());
    } else {
      if (!exists(type)) {
        throw new IllegalArgumentException("no value of type " + ValType.name(type));
      }
      out.u8(Opcodes.GLOBAL_GET);
      out.u32(global(ValType.heap(type)));
    }
  }

  /** Checks that the feature level has values of a type. */
  void checkLevel(int type) {
    level.requireType(type, "a result or argument");
  }

  private void pushDefault(int type, ByteSink out) {
    switch (type) {
      case ValType.I32 -> {
        out.u8(Opcodes.I32_CONST);
        out.u8(0);
      }
      case ValType.I64 -> {
        out.u8(Opcodes.I64_CONST);
        out.u8(0);
      }
      case ValType.F32 -> {
        out.u8(Opcodes.F32_CONST);
        out.fixed32(0);
      }
      case ValType.F64 -> {
        out.u8(Opcodes.F64_CONST);
        out.fixed64(0);
      }
      case ValType.V128 -> {
        aggregate(Opcodes.V128_CONST, out);
        out.fixed64(0);
        out.fixed64(0);
      }
      case ValType.I8, ValType.I16 -> pushDefault(ValType.I32, out);
      default -> exceptions.pushNull(ValType.heap(type), out);
    }
  }

  private static void aggregate(int opcode, ByteSink out) {
    out.u8(Opcodes.prefix(opcode));
    out.u32(Opcodes.suffix(opcode));
  }

  /** The global with a value of a heap type that has one. */
  private int global(int heap) {
    if (!ValType.isAbstract(heap)) {
      int type = types.canonical(heap);
      if (globals[type] == POSSIBLE) {
        visit(type, POSSIBLE);
      }
      return globals[type];
    }
    Integer known = abstracts.get(heap);
    if (known == null) {
      known = addAbstract(heap);
      abstracts.put(heap, known);
    }
    return known;
  }

  private int addAbstract(int heap) {
    ByteSink code = new ByteSink();
    switch (heap) {
      case ValType.ANY, ValType.EQ, ValType.I31, ValType.EXTERN -> {
        pushDefault(ValType.I32, code);
        aggregate(Opcodes.REF_I31, code);
        if (heap == ValType.EXTERN) {
          aggregate(Opcodes.EXTERN_CONVERT_ANY, code);
        }
      }
      case ValType.STRUCT -> {
        aggregate(Opcodes.STRUCT_NEW_DEFAULT, code);
        code.u32(writer.emptyStructType());
      }
      case ValType.ARRAY -> emptyArray(writer.byteArrayType(), code);
      case ValType.FUNC -> function(module.importedFunctionCount(), code);
      default -> throw new IllegalArgumentException(ValType.heapName(heap));
    }
    return constant(heap, code);
  }

  private int constant(int heap, ByteSink code) {
    code.u8(Opcodes.END);
    return writer.addConstant(ValType.ref(heap, false), code, "asyncify_placeholder");
  }

  private static void emptyArray(int type, ByteSink code) {
    aggregate(Opcodes.ARRAY_NEW_FIXED, code);
    code.u32(type);
    code.u32(0);
  }

  private void function(int function, ByteSink code) {
    code.u8(Opcodes.REF_FUNC);
    code.u32(writer.map().function(function));
  }

  /**
   * Visits a type behind those that it needs, depth first on a stack of its own: from UNKNOWN to
   * POSSIBLE or NONE, or from POSSIBLE to a global.
   */
  private void visit(int wanted, int from) {
    IntArray stack = new IntArray();
    IntArray nextField = new IntArray();
    stack.add(wanted);
    nextField.add(0);
    globals[wanted] = OPEN;
    while (stack.size() > 0) {
      int type = stack.last();
      int needed = nextNeeded(type, nextField, from);
      if (needed >= 0) {
        globals[needed] = OPEN;
        stack.add(needed);
        nextField.add(0);
      } else {
        globals[type] = from == UNKNOWN ? judge(type) : make(type);
        stack.removeLast();
        nextField.removeLast();
      }
    }
  }

  /** A type that a struct needs a value of and that was not visited, or -1. */
  private int nextNeeded(int type, IntArray nextField, int from) {
    if (types.kind(type) != Types.STRUCT) {
      return -1;
    }
    int top = nextField.size() - 1;
    for (int i = nextField.get(top); i < types.fieldCount(type); i++) {
      int field = types.field(type, i);
      if (!ValType.isDefaultable(field) && !ValType.isAbstract(ValType.heap(field))) {
        int needed = types.canonical(ValType.heap(field));
        if (globals[needed] == from) {
          nextField.set(top, i);
          return needed;
        }
      }
    }
    nextField.set(top, types.fieldCount(type));
    return -1;
  }

  private int judge(int type) {
    if (types.kind(type) == Types.CONT) {
      return NONE;
    }
    for (int i = 0; types.kind(type) == Types.STRUCT && i < types.fieldCount(type); i++) {
      int field = types.field(type, i);
      if (!ValType.isDefaultable(field) && !isFieldPossible(ValType.heap(field))) {
        return NONE;
      }
    }
    return POSSIBLE;
  }

  private boolean isFieldPossible(int heap) {
    if (ValType.isAbstract(heap)) {
      return heap != ValType.EXN && exists(ValType.ref(heap, false));
    }
    return globals[types.canonical(heap)] != NONE
        && globals[types.canonical(heap)] != OPEN; // it would need a value of itself
  }

  private int make(int type) {
    ByteSink code = new ByteSink();
    switch (types.kind(type)) {
      case Types.ARRAY -> emptyArray(type, code);
      case Types.FUNC -> functionOf(type, code);
      default -> {
        boolean plain = true;
        for (int i = 0; i < types.fieldCount(type); i++) {
          plain &= ValType.isDefaultable(types.field(type, i));
        }
        for (int i = 0; i < types.fieldCount(type) && !plain; i++) {
          push(types.field(type, i), code);
        }
        aggregate(plain ? Opcodes.STRUCT_NEW_DEFAULT : Opcodes.STRUCT_NEW, code);
        code.u32(type);
      }
    }
    return constant(type, code);
  }

  private void functionOf(int type, ByteSink code) {
    if (functionOfType.length == 0) {
      indexFunctions();
    }
    if (functionOfType[type] >= 0) {
      function(functionOfType[type], code);
      return;
    }
    ByteSink body = new ByteSink();
    body.u32(0);
    body.u8(Opcodes.UNREACHABLE);
    body.u8(Opcodes.END);
    code.u8(Opcodes.REF_FUNC);
    code.u32(abi.define(writer, type, "asyncify_stub_" + type, body));
  }

  /** Finds a function for each function type, of the type itself or of one below it. */
  private void indexFunctions() {
    functionOfType = new int[types.size()];
    Arrays.fill(functionOfType, -1);
    for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
      int type = types.canonical(module.functionType(f));
      while (functionOfType[type] < 0) {
        functionOfType[type] = f;
        if (types.supertype(type) < 0) {
          break;
        }
        type = types.canonical(types.supertype(type));
      }
    }
  }

  /** The function that gives an exception. */
  private int exception() {
    if (exception < 0) {
      int tag = abi.resumeTag(writer);
      ByteSink code = new ByteSink();
      code.u32(0);
      code.u8(Opcodes.BLOCK);
      ValType.write(code, ValType.ref(ValType.EXN, false));
      code.u8(Opcodes.TRY_TABLE);
      code.u8(0x40);
      code.u32(1);
      code.u8(3); // catch_all_ref
      code.u32(0);
      code.u8(Opcodes.THROW);
      code.u32(tag);
      code.u8(Opcodes.END);
      code.u8(Opcodes.UNREACHABLE);
      code.u8(Opcodes.END);
      code.u8(Opcodes.END);
      exception =
          abi.define(
              writer,
              List.of(),
              List.of(ValType.ref(ValType.EXN, false)),
              "asyncify_exception",
              code);
    }
    return exception;
  }
}
