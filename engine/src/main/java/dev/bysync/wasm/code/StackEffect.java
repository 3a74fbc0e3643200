package dev.bysync.wasm.code;

import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/**
 * Stack effects of the instructions whose opcode alone decides them, unpacked from the opcode
 * table.
 */
final class StackEffect {
  /** Stands for the address type of the memory that the instruction names. */
  static final int ADDRESS = -1;

  private static final int[] @Nullable [] PARAMS = new int[Opcodes.COUNT][];
  private static final int[] @Nullable [] RESULTS = new int[Opcodes.COUNT][];

  /**
   * Effects of instructions that take at most two operands and leave at most one, of number types,
   * and have no immediate to check, or are plain accesses to the first memory. Bits 0 to 7 are the
   * topmost parameter, 8 to 15 the one below, 16 to 23 the result; {@link #paramCount} and the like
   * tell the rest. By the address type of that memory: none, i32, i64.
   */
  private static final long[][] SMALL = new long[3][Opcodes.COUNT];

  /** Of opcodes without a small effect. */
  static final long NOT_SMALL = -1;

  private static final int COUNT_SHIFT = 24;
  private static final int MADE_SHIFT = 26;
  private static final int ACCESS_SHIFT = 32;
  private static final int ALIGNMENT_SHIFT = 40;

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode) && !Opcodes.stack(opcode).equals("*")) {
        String effect = Opcodes.stack(opcode);
        int colon = effect.indexOf(':');
        int[] params = types(effect.substring(0, colon));
        int[] results = types(effect.substring(colon + 1));
        PARAMS[opcode] = params;
        RESULTS[opcode] = results;
      }
      SMALL[0][opcode] = small(opcode, ValType.BOTTOM);
      SMALL[1][opcode] = small(opcode, ValType.I32);
      SMALL[2][opcode] = small(opcode, ValType.I64);
    }
  }

  private StackEffect() {}

  private static long small(int opcode, int address) {
    int[] params = PARAMS[opcode];
    int[] results = RESULTS[opcode];
    if (params == null || results == null || params.length > 2 || results.length > 1) {
      return NOT_SMALL;
    }
    long effect = (long) params.length << COUNT_SHIFT | (long) results.length << MADE_SHIFT;
    switch (Opcodes.immediate(opcode)) {
      case NONE, I32, I64, F32, F64, V128 -> {}
      case MEMARG -> {
        if (address == ValType.BOTTOM || Accesses.isAtomic(opcode)) {
          return NOT_SMALL;
        }
        effect |= 1L << ACCESS_SHIFT | (long) Accesses.natural(opcode) << ALIGNMENT_SHIFT;
      }
      default -> {
        return NOT_SMALL;
      }
    }
    for (int i = 0; i < params.length; i++) {
      int type = params[i] == ADDRESS ? address : params[i];
      effect |= (long) type << (8 * (params.length - 1 - i));
    }
    return results.length == 0 ? effect : effect | (long) results[0] << 16;
  }

  private static int[] types(String letters) {
    return letters.chars().map(StackEffect::type).toArray();
  }

  private static int type(int letter) {
    return switch (letter) {
      case 'i' -> ValType.I32;
      case 'l' -> ValType.I64;
      case 'f' -> ValType.F32;
      case 'd' -> ValType.F64;
      case 'v' -> ValType.V128;
      case 'a' -> ADDRESS;
      default -> throw new IllegalStateException("stack effect " + (char) letter);
    };
  }

  /**
   * Small effects by opcode, {@link #NOT_SMALL} where there is none.
   *
   * @param address type of the first memory's addresses; {@link ValType#BOTTOM} if there is none
   */
  static long[] small(int address) {
    return SMALL[address == ValType.BOTTOM ? 0 : address == ValType.I32 ? 1 : 2];
  }

  /** How many operands a small effect takes. */
  static int paramCount(long small) {
    return (int) (small >>> COUNT_SHIFT) & 3;
  }

  /** How many it leaves. */
  static int resultCount(long small) {
    return (int) (small >>> MADE_SHIFT) & 1;
  }

  /** All bits of it are set if it is an access, else none. */
  static int accessMask(long small) {
    return -((int) (small >>> ACCESS_SHIFT) & 1);
  }

  /** Largest binary logarithm of an access's alignment. */
  static int natural(long small) {
    return (int) (small >>> ALIGNMENT_SHIFT) & 0xFF;
  }

  /** Parameters, deepest first; null if the effect depends on more than the opcode. */
  static int @Nullable [] params(int opcode) {
    return PARAMS[opcode];
  }

  /** Results of an instruction whose {@link #params} are known. */
  static int @Nullable [] results(int opcode) {
    return RESULTS[opcode];
  }
}
