package dev.bysync.wasm.code;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;

/**
 * Which encoding of exceptions a module's bodies use. The specification knows the current one only;
 * engines take the legacy one too, but V8 refuses a module that has both, and counts as current
 * whatever spells a type of exceptions inside of a body: a local, a block's result, a null.
 * Declarations outside of bodies (types of functions, globals, tables, tags) go with either.
 */
public enum ExceptionEncoding {
  /** Bodies have nothing that belongs to one of them. */
  NONE,
  /** {@code try} with {@code catch} or {@code delegate}. */
  LEGACY,
  /** {@code try_table}, {@code throw_ref}, types of exceptions. */
  CURRENT,
  /** Both. */
  MIXED;

  private static final boolean[] TELLING = new boolean[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < TELLING.length; opcode++) {
      TELLING[opcode] = Opcodes.exists(opcode) && isTelling(opcode);
    }
  }

  private static boolean isTelling(int opcode) {
    return switch (Opcodes.immediate(opcode)) {
      case BLOCKTYPE, HEAPTYPE, VALTYPES, TRY_TABLE, BR_ON_CAST -> true;
      default -> opcode == Opcodes.THROW_REF;
    };
  }

  /** What a well-formed module uses. */
  public static ExceptionEncoding of(Module module) {
    boolean legacy = false;
    boolean current = false;
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    for (int body = 0; body < module.bodyCount() && !(legacy && current); body++) {
      ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
      for (int groups = in.count(); groups > 0; groups--) {
        in.u32();
        current |= isException(ValType.read(in));
      }
      code.reset(in.position(), module.bodyEnd(body));
      for (int opcode = code.next(TELLING); opcode >= 0; opcode = code.next(TELLING)) {
        legacy |= opcode == Opcodes.TRY;
        current |= isCurrent(opcode, code);
      }
    }
    return legacy ? (current ? MIXED : LEGACY) : current ? CURRENT : NONE;
  }

  private static boolean isCurrent(int opcode, CodeReader code) {
    return switch (Opcodes.immediate(opcode)) {
      case BLOCKTYPE -> isException(code.type());
      case HEAPTYPE -> isHeapOfExceptions(code.type());
      case BR_ON_CAST -> isHeapOfExceptions(code.type()) || isHeapOfExceptions(code.type2());
      case VALTYPES -> {
        boolean found = false;
        for (int i = 0; i < code.listSize(); i++) {
          found |= isException(code.list(i));
        }
        yield found;
      }
      default -> true; // try_table, throw_ref
    };
  }

  /** Whether a value type is one of references to exceptions. */
  public static boolean isException(int type) {
    return ValType.isRef(type) && isHeapOfExceptions(ValType.heap(type));
  }

  private static boolean isHeapOfExceptions(int heap) {
    return heap == ValType.EXN || heap == ValType.NOEXN;
  }
}
