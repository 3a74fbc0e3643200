package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.ExceptionEncoding;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How references to exceptions are written. In a module with legacy exceptions they may not be
 * spelled in bodies, since engines refuse a mix of both encodings ({@link ExceptionEncoding}): they
 * are <em>hidden</em> then. A null is read from a constant global, a block has its type by index,
 * and a body that needs a local of such a type is moved into a function of its own, which has all
 * locals as parameters ({@link BodyShell}).
 */
final class ExceptionTypes {
  private final ModuleWriter writer;
  private final boolean hidden;

  /** By heap type the constant that is null. */
  private final Map<Integer, Integer> nulls = new HashMap<>();

  ExceptionTypes(Module module, ModuleWriter writer) {
    this.writer = writer;
    hidden = areDeclared(module) && ExceptionEncoding.of(module) == ExceptionEncoding.LEGACY;
  }

  /** Whether a value of them can get into a body that doesn't spell their types. */
  private static boolean areDeclared(Module module) {
    for (int type = 0; type < module.types().size(); type++) {
      if (isDeclared(module.types(), type)) {
        return true;
      }
    }
    return module.tables().stream().anyMatch(table -> isException(table.type()))
        || module.globals().stream().anyMatch(global -> isException(global.type()));
  }

  private static boolean isDeclared(Types types, int type) {
    boolean found = false;
    switch (types.kind(type)) {
      case Types.FUNC -> {
        for (int i = 0; i < types.paramCount(type); i++) {
          found |= isException(types.param(type, i));
        }
        for (int i = 0; i < types.resultCount(type); i++) {
          found |= isException(types.result(type, i));
        }
      }
      case Types.STRUCT, Types.ARRAY -> {
        for (int i = 0; i < types.fieldCount(type); i++) {
          found |= isException(types.field(type, i));
        }
      }
      default -> {} // a continuation's functions are types themselves
    }
    return found;
  }

  private static boolean isException(int type) {
    return ExceptionEncoding.isException(type);
  }

  /** Whether bodies may not spell them. */
  boolean areHidden() {
    return hidden;
  }

  /** Whether bodies may not spell this type. */
  boolean isHidden(int type) {
    return hidden && isException(type);
  }

  /** Pushes a null of a heap type. */
  void pushNull(int heap, ByteSink out) {
    if (isHidden(ValType.ref(heap, true))) {
      out.u8(Opcodes.GLOBAL_GET);
      out.u32(nulls.computeIfAbsent(heap, this::addNull));
    } else {
      out.u8(Opcodes.REF_NULL);
      ValType.writeHeap(out, heap);
    }
  }

  private int addNull(int heap) {
    ByteSink code = new ByteSink();
    code.u8(Opcodes.REF_NULL);
    ValType.writeHeap(code, heap);
    code.u8(Opcodes.END);
    return writer.addConstant(ValType.ref(heap, true), code, "asyncify_null");
  }

  /** Writes the type of a block without parameters. */
  void blockType(List<Integer> results, ByteSink out) {
    if (results.isEmpty()) {
      out.u8(0x40);
    } else if (results.size() == 1 && !isHidden(results.get(0))) {
      ValType.write(out, results.get(0));
    } else {
      out.s64(writer.functionType(List.of(), results));
    }
  }
}
