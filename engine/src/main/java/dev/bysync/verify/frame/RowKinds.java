package dev.bysync.verify.frame;

import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;

/** What {@link FrameMachine} does for each instruction that is no control instruction. */
final class RowKinds {
  private static final byte[] KINDS = new byte[Opcodes.COUNT];
  private static final boolean[] PLAIN = new boolean[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode)) {
        KINDS[opcode] = kind(opcode);
        PLAIN[opcode] = !isControl(opcode);
      }
    }
  }

  private RowKinds() {}

  /**
   * Whether an instruction has nothing to do with blocks, branches, calls and exceptions. Asked for
   * before those are told apart, since a compiler that makes a chain of comparisons of a switch is
   * what modules are mostly verified with.
   */
  static boolean isPlain(int opcode) {
    return PLAIN[opcode];
  }

  static byte of(int opcode) {
    return KINDS[opcode];
  }

  private static boolean isControl(int opcode) {
    return switch (opcode) {
      case Opcodes.NOP,
          Opcodes.BLOCK,
          Opcodes.LOOP,
          Opcodes.IF,
          Opcodes.ELSE,
          Opcodes.END,
          Opcodes.TRY,
          Opcodes.TRY_TABLE,
          Opcodes.CATCH,
          Opcodes.CATCH_ALL,
          Opcodes.DELEGATE,
          Opcodes.BR,
          Opcodes.BR_IF,
          Opcodes.BR_TABLE,
          Opcodes.BR_ON_NULL,
          Opcodes.BR_ON_NON_NULL,
          Opcodes.BR_ON_CAST,
          Opcodes.BR_ON_CAST_FAIL,
          Opcodes.RETURN,
          Opcodes.UNREACHABLE,
          Opcodes.THROW,
          Opcodes.THROW_REF,
          Opcodes.RETHROW,
          Opcodes.CALL,
          Opcodes.CALL_INDIRECT,
          Opcodes.CALL_REF,
          Opcodes.RETURN_CALL,
          Opcodes.RETURN_CALL_INDIRECT,
          Opcodes.RETURN_CALL_REF ->
          true;
      default -> false;
    };
  }

  private static byte kind(int opcode) {
    return switch (opcode) {
      case Opcodes.I32_CONST,
          Opcodes.I64_CONST,
          Opcodes.F32_CONST,
          Opcodes.F64_CONST,
          Opcodes.V128_CONST,
          Opcodes.REF_NULL ->
          FrameCode.CONST;
      case Opcodes.LOCAL_GET -> FrameCode.LOCAL_GET;
      case Opcodes.LOCAL_SET -> FrameCode.LOCAL_SET;
      case Opcodes.LOCAL_TEE -> FrameCode.LOCAL_TEE;
      case Opcodes.GLOBAL_GET -> FrameCode.GLOBAL_GET;
      case Opcodes.GLOBAL_SET -> FrameCode.GLOBAL_SET;
      case Opcodes.DROP -> FrameCode.DROP;
      case Opcodes.SELECT, Opcodes.SELECT_T -> FrameCode.SELECT;
      case Opcodes.REF_AS_NON_NULL, Opcodes.REF_CAST, Opcodes.REF_CAST_NULL -> FrameCode.CAST;
      case Opcodes.TABLE_GET,
          Opcodes.TABLE_SET,
          Opcodes.TABLE_SIZE,
          Opcodes.TABLE_GROW,
          Opcodes.TABLE_FILL ->
          FrameCode.TABLE;
      case Opcodes.MEMORY_SIZE,
          Opcodes.STRUCT_GET,
          Opcodes.STRUCT_GET_S,
          Opcodes.STRUCT_GET_U,
          Opcodes.ARRAY_GET,
          Opcodes.ARRAY_GET_S,
          Opcodes.ARRAY_GET_U ->
          FrameCode.READ;
      case Opcodes.REF_FUNC,
          Opcodes.REF_IS_NULL,
          Opcodes.REF_EQ,
          Opcodes.REF_TEST,
          Opcodes.REF_TEST_NULL,
          Opcodes.REF_I31,
          Opcodes.I31_GET_S,
          Opcodes.I31_GET_U,
          Opcodes.ARRAY_LEN,
          Opcodes.ANY_CONVERT_EXTERN,
          Opcodes.EXTERN_CONVERT_ANY ->
          FrameCode.PURE;
      default -> byEffect(opcode);
    };
  }

  private static byte byEffect(int opcode) {
    boolean hasResult = Opcodes.stack(opcode).matches(".*:.+");
    Immediate immediate = Opcodes.immediate(opcode);
    boolean isAtomic = Opcodes.prefix(opcode) == 0xFE;
    if (immediate == Immediate.MEMARG && !isAtomic) {
      return hasResult ? FrameCode.LOAD : FrameCode.STORE;
    }
    if (immediate == Immediate.MEMARG_LANE) {
      return hasResult ? FrameCode.READ : FrameCode.EFFECT;
    }
    return hasResult && !isAtomic && opcode != Opcodes.MEMORY_GROW
        ? FrameCode.PURE
        : FrameCode.EFFECT;
  }
}
