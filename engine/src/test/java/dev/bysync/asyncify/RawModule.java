package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.module.ValType;
import java.util.function.Consumer;

/**
 * A module written byte by byte, for sizes at which its text would be in the way.
 *
 * <p>Type 0 is a function without parameters and results, type 1 gives an i32, type 2 takes one and
 * gives one. Function 0 is the import {@code env.get} of type 1; memory 0 has 64 pages.
 */
final class RawModule {
  static final int PLAIN = 0;
  static final int GIVES = 1;
  static final int MAPS = 2;
  static final int GET = 0;

  private final ByteSink types = new ByteSink();
  private final ByteSink functions = new ByteSink();
  private final ByteSink tables = new ByteSink();
  private final ByteSink globals = new ByteSink();
  private final ByteSink exports = new ByteSink();
  private final ByteSink bodies = new ByteSink();
  private int typeCount;
  private int functionCount;
  private int tableCount;
  private int globalCount;
  private int exportCount;

  RawModule() {
    type(new int[0], new int[0]);
    type(new int[0], new int[] {ValType.I32});
    type(new int[] {ValType.I32}, new int[] {ValType.I32});
    export("memory", 2, 0);
  }

  int type(int[] params, int[] results) {
    types.u8(0x60);
    for (int[] list : new int[][] {params, results}) {
      types.u32(list.length);
      for (int type : list) {
        ValType.write(types, type);
      }
    }
    return typeCount++;
  }

  /** Adds a function; {@code code} writes declarations and instructions without the final end. */
  int function(int type, Consumer<ByteSink> code) {
    functions.u32(type);
    ByteSink body = new ByteSink();
    code.accept(body);
    body.u8(Opcodes.END);
    bodies.sized(body);
    return 1 + functionCount++;
  }

  /** Adds an empty table of functions. */
  int table() {
    tables.u8(0x70);
    tables.u8(0);
    tables.u8(0);
    return tableCount++;
  }

  /** Adds a mutable i32. */
  int global() {
    globals.u8(ValType.I32);
    globals.u8(1);
    globals.u8(Opcodes.I32_CONST);
    globals.u8(0);
    globals.u8(Opcodes.END);
    return globalCount++;
  }

  void export(String name, int kind, int index) {
    exports.name(name);
    exports.u8(kind);
    exports.u32(index);
    exportCount++;
  }

  void exportFunction(String name, int function) {
    export(name, 0, function);
  }

  byte[] bytes() {
    ByteSink out = new ByteSink();
    out.fixed32(0x6D736100);
    out.fixed32(1);
    vector(out, SectionId.TYPE, typeCount, types);
    ByteSink imports = new ByteSink();
    imports.name("env");
    imports.name("get");
    imports.u8(0);
    imports.u32(GIVES);
    vector(out, SectionId.IMPORT, 1, imports);
    vector(out, SectionId.FUNCTION, functionCount, functions);
    vector(out, SectionId.TABLE, tableCount, tables);
    ByteSink memory = new ByteSink();
    memory.u8(0);
    memory.u32(64);
    vector(out, SectionId.MEMORY, 1, memory);
    vector(out, SectionId.GLOBAL, globalCount, globals);
    vector(out, SectionId.EXPORT, exportCount, exports);
    vector(out, SectionId.CODE, functionCount, bodies);
    return out.toByteArray();
  }

  private static void vector(ByteSink out, int id, int count, ByteSink entries) {
    ByteSink content = new ByteSink();
    content.u32(count);
    content.append(entries);
    out.u8(id);
    out.sized(content);
  }
}
