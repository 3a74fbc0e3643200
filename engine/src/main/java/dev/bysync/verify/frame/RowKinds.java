package dev.bysync.verify.frame;

import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;

/** What {@link FrameMachine} does for each instruction that is no control instruction. */
final class RowKinds {
  private static final byte[] KINDS = new byte[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode)) {
        KINDS[opcode] = kind(opcode);
      }
    }
  }

  private RowKinds() {}

  static byte of(int opcode) {
    return KINDS[opcode];
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
