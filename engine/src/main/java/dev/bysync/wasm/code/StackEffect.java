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

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode) && !Opcodes.stack(opcode).equals("*")) {
        String effect = Opcodes.stack(opcode);
        int colon = effect.indexOf(':');
        PARAMS[opcode] = types(effect.substring(0, colon));
        RESULTS[opcode] = types(effect.substring(colon + 1));
      }
    }
  }

  private StackEffect() {}

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

  /** Parameters, deepest first; null if the effect depends on more than the opcode. */
  static int @Nullable [] params(int opcode) {
    return PARAMS[opcode];
  }

  /** Results of an instruction whose {@link #params} are known. */
  static int @Nullable [] results(int opcode) {
    return RESULTS[opcode];
  }
}
