package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/**
 * Instructions that neither trap nor have an effect, whatever their operands: they may run on
 * dummies.
 */
final class PureOps {
  private static final int[] @Nullable [] OPERANDS = new int[Opcodes.COUNT][];

  static {
    for (int opcode = Opcodes.I32_EQZ; opcode <= 0xC4; opcode++) {
      if (!mayTrap(opcode)) {
        String stack = Opcodes.stack(opcode);
        OPERANDS[opcode] =
            stack.substring(0, stack.indexOf(':')).chars().map(PureOps::type).toArray();
      }
    }
    OPERANDS[Opcodes.GLOBAL_GET] = new int[0];
  }

  private PureOps() {}

  /** Integer division and remainder, and truncations that do not saturate. */
  private static boolean mayTrap(int opcode) {
    String name = Opcodes.name(opcode);
    return name.contains(".div_") || name.contains(".rem_") || name.contains(".trunc_f");
  }

  private static int type(int letter) {
    return switch (letter) {
      case 'i' -> ValType.I32;
      case 'l' -> ValType.I64;
      case 'f' -> ValType.F32;
      default -> ValType.F64;
    };
  }

  /** Number of operands, or -1 if the instruction is not one of these. */
  static int operands(int opcode) {
    int[] types = OPERANDS[opcode];
    return types == null ? -1 : types.length;
  }

  /** Type of an operand, counted from the deepest. */
  static int operandType(int opcode, int operand) {
    int[] types = OPERANDS[opcode];
    if (types == null) {
      throw new IllegalArgumentException(Opcodes.name(opcode) + " is no pure instruction");
    }
    return types[operand];
  }
}
