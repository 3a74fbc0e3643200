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
   * The effects of instructions on numbers that have no immediate to check: a byte each for the
   * topmost parameter, those below it, and in bits 24 to 31 the result; 0 where there is none.
   */
  private static final int[] SMALL = new int[Opcodes.COUNT];

  /** Of opcodes without a small effect. */
  static final int NOT_SMALL = -1;

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode) && !Opcodes.stack(opcode).equals("*")) {
        String effect = Opcodes.stack(opcode);
        int colon = effect.indexOf(':');
        int[] params = types(effect.substring(0, colon));
        int[] results = types(effect.substring(colon + 1));
        PARAMS[opcode] = params;
        RESULTS[opcode] = results;
        SMALL[opcode] = small(Opcodes.immediate(opcode), params, results);
      } else {
        SMALL[opcode] = NOT_SMALL;
      }
    }
  }

  private StackEffect() {}

  private static int small(Immediate immediate, int[] params, int[] results) {
    boolean isChecked =
        switch (immediate) {
          case NONE, I32, I64, F32, F64, V128 -> false;
          default -> true;
        };
    if (isChecked || params.length > 3 || results.length > 1) {
      return NOT_SMALL;
    }
    int effect = results.length == 0 ? 0 : results[0] << 24;
    for (int i = 0; i < params.length; i++) {
      effect |= params[i] << (8 * (params.length - 1 - i));
    }
    return effect;
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

  /** The effect as {@link #SMALL} packs it, or {@link #NOT_SMALL}. */
  static int small(int opcode) {
    return SMALL[opcode];
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
