package dev.bysync.verify.frame;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import org.jspecify.annotations.Nullable;

/** A module as frames are executed in it: bodies decoded on demand, what is the transform's own. */
final class FrameModule {
  private static final int[] WIDTHS = new int[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode)) {
        WIDTHS[opcode] = widthOf(Opcodes.name(opcode));
      }
    }
  }

  private final Module module;
  private final Origins origins;
  private final FrameCodeReader reader;
  private final @Nullable FrameModule original;
  private final @Nullable FrameCode[] codes;
  private final FrameCode nothing = new FrameCode(-1, 0);
  private final int stackMemory;
  private final boolean isWide;
  private final long[] initialValues;

  /**
   * @param original the module that this one was made of; null if it is the original
   * @param stackMemory the memory that the asyncify stack lies in; -1 if there is none
   */
  FrameModule(Module module, Origins origins, @Nullable FrameModule original, int stackMemory) {
    this.module = module;
    this.origins = origins;
    this.original = original;
    this.stackMemory = stackMemory;
    isWide =
        stackMemory >= 0
            && stackMemory < module.memories().size()
            && module.memories().get(stackMemory).address() == Address.I64;
    reader = new FrameCodeReader(module, origins);
    codes = new FrameCode[module.functionCount()];
    initialValues = new long[module.globals().size()];
    for (int i = 0; i < initialValues.length; i++) {
      initialValues[i] = initial(module.globals().get(i));
    }
  }

  private static int widthOf(String name) {
    if (name.startsWith("v128.")) {
      return name.matches(".*(load|store)") ? 16 : 8;
    }
    int bits = 0;
    for (int width : new int[] {8, 16, 32}) {
      if (name.matches(".*(load|store)" + width + "(_[su])?")) {
        bits = width;
      }
    }
    return bits > 0 ? bits / 8 : name.startsWith("i64") || name.startsWith("f64") ? 8 : 4;
  }

  private long initial(Module.Global global) {
    if (global.initStart() == global.initEnd()) {
      return 0;
    }
    CodeReader code = new CodeReader(module.bytes(), global.initStart(), global.initEnd());
    int opcode = code.next();
    return opcode == Opcodes.I32_CONST || opcode == Opcodes.I64_CONST
        ? Terms.number(code.literal())
        : 0;
  }

  Module module() {
    return module;
  }

  Origins origins() {
    return origins;
  }

  /** A function's body. */
  FrameCode code(int function) {
    FrameCode known = codes[function];
    if (known == null) {
      known = reader.read(function);
      codes[function] = known;
    }
    return known;
  }

  /** Forgets a body that is not needed any more. */
  void forget(int function) {
    codes[function] = null;
  }

  FrameCode nothing() {
    return nothing;
  }

  int globalCount() {
    return initialValues.length;
  }

  boolean isAddedGlobal(int index) {
    return origins.global(index) == FrameCode.ADDED;
  }

  /** Value of a global of the transform's own at the start. */
  long initialValue(int index) {
    return initialValues[index];
  }

  int firstAddedTable() {
    return original == null ? module.tables().size() : original.module.tables().size();
  }

  int tableSize(int table) {
    return (int) Math.min(module.tables().get(table).limits().min(), 1 << 16);
  }

  int stackMemory() {
    return stackMemory;
  }

  /** Whether addresses of the asyncify stack have 64 bits. */
  boolean isWide() {
    return isWide;
  }

  int addressBytes() {
    return isWide() ? 8 : 4;
  }

  /** Bytes of an access. */
  int width(int opcode) {
    return WIDTHS[opcode];
  }

  /** Whether an access moves a value as it is. */
  boolean isPlainAccess(int opcode) {
    return switch (opcode) {
      case Opcodes.I32_LOAD,
          Opcodes.I64_LOAD,
          Opcodes.F32_LOAD,
          Opcodes.F64_LOAD,
          Opcodes.V128_LOAD,
          Opcodes.I32_STORE,
          Opcodes.I64_STORE,
          Opcodes.F32_STORE,
          Opcodes.F64_STORE,
          Opcodes.V128_STORE ->
          true;
      default -> false;
    };
  }

  /** How many of a body's locals, from the first on, are those of the original's body. */
  int programLocals(FrameCode body) {
    if (original == null) {
      body.programParams = body.params;
      return body.locals;
    }
    if (body.programLocals < 0) {
      int owner = owner(body);
      FrameCode before = owner < 0 ? nothing : original.code(owner);
      body.programLocals = Math.min(body.locals, before.locals);
      body.programParams = before.params;
      body.nullable.clear(); // the transform may have made a type nullable
      body.nullable.or(before.nullable);
    }
    return body.programLocals;
  }

  /** The function of the original whose code a body has, or -1. */
  private int owner(FrameCode body) {
    int own = origins.function(body.function);
    if (own != FrameCode.ADDED) {
      return body.function < module.importedFunctionCount() || isControl(body) ? -1 : own;
    }
    for (int row = 0; row < body.size; row++) {
      if (body.origin[row] != FrameCode.ADDED) {
        return original == null ? -1 : original.functionAt(body.origin[row]);
      }
    }
    return -1;
  }

  /** A control function that an import of the original stands for. */
  private boolean isControl(FrameCode body) {
    return original != null
        && origins.function(body.function) < original.module.importedFunctionCount();
  }

  /** The function whose body has an offset, or -1. */
  private int functionAt(int offset) {
    int low = 0;
    int high = module.bodyCount() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (module.bodyStart(middle) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low < 0 ? -1 : low + module.importedFunctionCount();
  }

  /** The function that is exported by a name, or -1. */
  int exported(String name) {
    for (Module.Export export : module.exports()) {
      if (export.kind() == ExternKind.FUNCTION && export.name().equals(name)) {
        return export.index();
      }
    }
    return -1;
  }
}
