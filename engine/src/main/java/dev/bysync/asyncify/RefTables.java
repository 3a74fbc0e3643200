package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.Subtyping;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where references are while their frame lies in linear memory, which can't hold them: in side
 * tables, made on first use, of which the frame holds the slot number. So any number of suspended
 * stacks can hold references, and end in any order.
 *
 * <p><b>Free slots are the null ones</b>: a null reference is saved as slot 0, which stays null for
 * ever, and a slot is set to null when it is read. There is no list of free slots, which would need
 * room in a memory that belongs to the program. A cursor walks through the table and takes each
 * null slot that it meets. At the table's end it starts again, but if it took fewer slots on its
 * way than half of the table, the table doubles. A slot that the cursor passes by was in use when
 * its round began, so the table grows only if more than half of it is in use at once; and a round
 * that does not make it grow took at least half of the slots, so one reference costs two steps on
 * average, however many are held and in whatever order they are freed.
 *
 * <p><b>One table a hierarchy</b> (any, func, extern, exn), with a cast where a reference comes
 * back as something more special. Function types are the exception in a module without any of GC's
 * types: it may be meant for an engine without GC's instructions, so there each of its types has a
 * table of its own.
 */
final class RefTables {
  /** A table and the functions that put a reference into it and take it out again. */
  private record Table(int put, int take) {}

  private final ModuleWriter writer;
  private final Abi abi;
  private final FeatureLevel level;
  private final ExceptionTypes exceptions;
  private final Subtyping subtyping;
  private final boolean castsFunctions;
  private final Map<Integer, Table> tables = new HashMap<>();

  RefTables(
      Module module, ModuleWriter writer, Abi abi, FeatureLevel level, ExceptionTypes exceptions) {
    this.writer = writer;
    this.exceptions = exceptions;
    this.abi = abi;
    this.level = level;
    subtyping = new Subtyping(module.types());
    castsFunctions = usesGc(module.types());
  }

  private static boolean usesGc(Types types) {
    for (int type = 0; type < types.size(); type++) {
      if (types.kind(type) == Types.STRUCT
          || types.kind(type) == Types.ARRAY
          || types.groupEnd(type) - types.groupStart(type) > 1
          || types.supertype(type) >= 0
          || !types.isFinal(type)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a reference of this type can only be null: nothing of it need be kept. */
  static boolean isAlwaysNull(int type) {
    return switch (ValType.heap(type)) {
      case ValType.NONE, ValType.NOFUNC, ValType.NOEXTERN, ValType.NOEXN, ValType.NOCONT -> true;
      default -> false;
    };
  }

  /** The nullable type of the table that holds references of a type. */
  private int tableType(int type) {
    int heap = ValType.heap(type);
    int top = subtyping.top(heap);
    boolean own =
        switch (top) {
          case ValType.FUNC -> !castsFunctions;
          case ValType.CONT -> true; // can't be cast
          default -> false;
        };
    return ValType.ref(own ? heap : top, true);
  }

  /** Puts the reference on the operand stack away; leaves its slot's number. */
  void put(int type, ByteSink out) {
    level.requireType(type, "a reference that lives across a call,");
    op(out, Opcodes.CALL, table(tableType(type)).put());
  }

  /** Takes a reference of the type out of the slot whose number is on the operand stack. */
  void take(int type, ByteSink out) {
    if (exceptions.isHidden(type) && isAlwaysNull(type)) { // a cast to it would spell it
      op(out, Opcodes.DROP);
      exceptions.pushNull(ValType.heap(type), out);
      return;
    }
    op(out, Opcodes.CALL, table(tableType(type)).take());
    int heap = ValType.heap(type);
    boolean nullable = ValType.isNullable(type);
    if (heap != ValType.heap(tableType(type))) {
      op(out, nullable ? Opcodes.REF_CAST_NULL : Opcodes.REF_CAST);
      ValType.writeHeap(out, heap);
    } else if (!nullable) {
      op(out, Opcodes.REF_AS_NON_NULL);
    }
  }

  private Table table(int type) {
    Table known = tables.get(type);
    if (known == null) {
      String suffix = name(ValType.heap(type));
      int index = writer.addTable(type);
      known =
          new Table(
              abi.define(
                  writer,
                  List.of(type),
                  List.of(ValType.I32),
                  "asyncify_put_" + suffix,
                  putBody(type, index)),
              abi.define(
                  writer,
                  List.of(ValType.I32),
                  List.of(type),
                  "asyncify_take_" + suffix,
                  takeBody(type, index)));
      tables.put(type, known);
    }
    return known;
  }

  private static String name(int heap) {
    return ValType.isAbstract(heap) ? ValType.heapName(heap) : "type_" + heap;
  }

  private ByteSink putBody(int type, int table) {
    int cursor = writer.addGlobal(ValType.I32, "asyncify_cursor");
    int taken =
        writer.addGlobal(ValType.I32, "asyncify_taken"); // since the cursor was at the start
    ByteSink code = new ByteSink();
    code.u32(1);
    code.u32(1);
    code.u8(ValType.I32); // local 1: the slot
    op(code, Opcodes.LOCAL_GET, 0);
    op(code, Opcodes.REF_IS_NULL);
    op(code, Opcodes.I32_EQZ);
    block(code, Opcodes.IF);
    block(code, Opcodes.LOOP);
    addOne(code, cursor);
    op(code, Opcodes.LOCAL_TEE, 1);
    op(code, Opcodes.GLOBAL_SET, cursor);
    op(code, Opcodes.LOCAL_GET, 1);
    op(code, Opcodes.TABLE_SIZE, table);
    op(code, Opcodes.I32_EQ);
    block(code, Opcodes.IF);
    endRound(code, type, table, cursor, taken);
    op(code, Opcodes.END);
    op(code, Opcodes.LOCAL_GET, 1);
    op(code, Opcodes.TABLE_GET, table);
    op(code, Opcodes.REF_IS_NULL);
    op(code, Opcodes.I32_EQZ);
    op(code, Opcodes.BR_IF, 0);
    op(code, Opcodes.END);
    op(code, Opcodes.LOCAL_GET, 1);
    op(code, Opcodes.LOCAL_GET, 0);
    op(code, Opcodes.TABLE_SET, table);
    addOne(code, taken);
    op(code, Opcodes.GLOBAL_SET, taken);
    op(code, Opcodes.END);
    op(code, Opcodes.LOCAL_GET, 1);
    op(code, Opcodes.END);
    return code;
  }

  /** With the cursor, in local 1, at the table's end: more slots, or the first ones again. */
  private void endRound(ByteSink code, int type, int table, int cursor, int taken) {
    op(code, Opcodes.GLOBAL_GET, taken);
    op(code, Opcodes.I32_CONST, 1);
    op(code, Opcodes.I32_SHL);
    op(code, Opcodes.LOCAL_GET, 1);
    op(code, Opcodes.I32_LT_U);
    block(code, Opcodes.IF);
    exceptions.pushNull(ValType.heap(type), code);
    op(code, Opcodes.LOCAL_GET, 1);
    op(code, Opcodes.TABLE_GROW, table);
    op(code, Opcodes.I32_CONST, 0);
    op(code, Opcodes.I32_LT_S);
    block(code, Opcodes.IF);
    abi.overflow(code);
    op(code, Opcodes.END);
    op(code, Opcodes.ELSE);
    op(code, Opcodes.I32_CONST, 1);
    op(code, Opcodes.LOCAL_TEE, 1);
    op(code, Opcodes.GLOBAL_SET, cursor);
    op(code, Opcodes.END);
    op(code, Opcodes.I32_CONST, 0);
    op(code, Opcodes.GLOBAL_SET, taken);
  }

  private ByteSink takeBody(int type, int table) {
    ByteSink code = new ByteSink();
    code.u32(0);
    op(code, Opcodes.LOCAL_GET, 0);
    op(code, Opcodes.TABLE_GET, table);
    op(code, Opcodes.LOCAL_GET, 0);
    exceptions.pushNull(ValType.heap(type), code);
    op(code, Opcodes.TABLE_SET, table);
    op(code, Opcodes.END);
    return code;
  }

  private static void addOne(ByteSink code, int global) {
    op(code, Opcodes.GLOBAL_GET, global);
    op(code, Opcodes.I32_CONST, 1);
    op(code, Opcodes.I32_ADD);
  }

  private static void block(ByteSink code, int opcode) {
    code.u8(opcode);
    code.u8(0x40);
  }

  private static void op(ByteSink code, int opcode) {
    int prefix = Opcodes.prefix(opcode);
    if (prefix != 0) {
      code.u8(prefix);
      code.u32(Opcodes.suffix(opcode));
    } else {
      code.u8(opcode);
    }
  }

  /** An instruction with an index, or a constant below 64. */
  private static void op(ByteSink code, int opcode, int immediate) {
    op(code, opcode);
    code.u32(immediate);
  }
}
