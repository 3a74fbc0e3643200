package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;

/**
 * Operations of the interpreter's own code.
 *
 * <p>An operation is a word of 64 bits, often with one to three words behind it:
 *
 * <pre>
 *   bits 0-9  operation   10-27  d   28-45  a   46-63  b
 * </pre>
 *
 * d, a and b are slots of the frame: mostly d takes the result of a and b. Operations whose names
 * end in K have a small signed constant in place of b. Branches have a second word: the place to go
 * to in its low half, and in its high half the fuel that the branch costs, see {@link Compiler}.
 *
 * <p>Operations below {@link #PLAIN} are executed by {@link Loop}, those below {@link #STATEFUL} by
 * {@link PlainOps}. All from {@link #RARE} on are an instruction's dense opcode above it, and are
 * executed by the family it belongs to.
 */
final class Op {
  static final int RARE = 256;

  // Comparisons: the offsets from BR32 and its like.
  static final int EQ = 0;
  static final int NE = 1;
  static final int LT_S = 2;
  static final int LT_U = 3;
  static final int LE_S = 4;
  static final int LE_U = 5;
  static final int GE_S = 6;
  static final int GE_U = 7;
  static final int GT_S = 8;
  static final int GT_U = 9;

  // In the loop, the frequent ones first: see Loop.
  static final int ADD32_K = 0;
  static final int LOAD32_S = 1; // also i32.load and f32.load; d = memory 0 at a + b, b a constant
  static final int CONST = 2; // d = bits 28-63, signed
  static final int MOVE = 3; // d = a
  static final int STORE32 = 4; // memory 0 at a + d = b, d a constant
  static final int BR_IF = 5; // a
  static final int BR_UNLESS = 6; // a
  static final int BR = 7;
  static final int GLOBAL_GET = 8; // d = global (bits 28-63)
  static final int LOAD8_U = 9;
  static final int STORE8 = 10;
  static final int LOAD64 = 11;
  static final int STORE64 = 12;
  static final int CALL = 13; // function (bits 28-63), arguments from d on; next: fuel; header
  static final int RETURN_ONE = 14; // d: header, a: the number; next: fuel
  static final int RETURN = 15; // d: header; next: fuel
  static final int ADD32 = 16;
  static final int SUB32 = 17;
  static final int BR32 = 18; // EQ NE LT_S LT_U LE_S LE_U
  static final int BR32_K = 24; // EQ to GT_U
  static final int AND32_K = 34;
  static final int SHL32_K = 35;
  static final int SHR_U32_K = 36;
  static final int MUL32 = 37;
  static final int SELECT = 38; // d = next word's slot != 0 ? a : b
  static final int STORE16 = 39;
  static final int LOAD16_U = 40;
  static final int WRAP = 41; // also i64.extend32_s
  static final int GLOBAL_SET = 42; // global (bits 28-63) = d
  static final int BR_TABLE = 43; // a; next: number of places, then these
  static final int OR32_K = 44;
  static final int XOR32_K = 45;
  static final int MUL32_K = 46;
  static final int SHR_S32_K = 47;
  static final int ROTL32_K = 48;
  static final int AND32 = 49;
  static final int OR32 = 50;
  static final int XOR32 = 51;
  static final int SHL32 = 52;
  static final int SHR_S32 = 53;
  static final int SHR_U32 = 54;
  static final int CMP32 = 55; // d = a EQ b ...
  static final int CMP32_K = 61; // EQ to GT_U
  static final int ADD64_K = 71;
  static final int ADD64 = 72;
  static final int SUB64 = 73;
  static final int AND64 = 74;
  static final int OR64 = 75;
  static final int XOR64 = 76;
  static final int SHL64 = 77;
  static final int SHR_U64 = 78;
  static final int SHR_S64 = 79;
  static final int MUL64 = 80;
  static final int AND64_K = 81;
  static final int SHL64_K = 82;
  static final int SHR_U64_K = 83;
  static final int EXTEND_U = 84; // i64.extend_i32_u
  static final int CONST_WIDE = 85; // d = the next word
  static final int BR64 = 86;
  static final int BR64_K = 92; // EQ to GT_U
  static final int LOAD8_S = 102;
  static final int LOAD16_S = 103;
  static final int LOAD32_U = 104;
  static final int ADD_F64 = 105;
  static final int SUB_F64 = 106;
  static final int MUL_F64 = 107;
  static final int DIV_F64 = 108;
  static final int CALL_INDIRECT = 109; // a: index, b: table; next: fuel << 32 | type; header
  static final int CALL_REF = 110; // a: function; next: fuel; header
  static final int TAIL_CALL = 111; // as CALL, d: header; next: fuel; arguments << 32 | slots
  static final int TAIL_CALL_INDIRECT = 112;
  static final int TAIL_CALL_REF = 113;
  static final int RETURN_MANY = 114; // d: header, from a on; next: fuel << 32 | slots
  static final int EXIT = 115;
  static final int MOVE_REF = 116;
  static final int BR_NULL = 117; // a
  static final int BR_NON_NULL = 118; // a
  static final int BR_ON_CAST = 119; // a; next: place; next: nullable << 32 | heap type
  static final int BR_ON_CAST_FAIL = 120;

  // Executed by PlainOps.
  static final int PLAIN = 121;
  static final int CMP64 = 121;
  static final int CMP64_K = 127; // EQ to GT_U
  static final int ROTL32 = 137;
  static final int ROTR32 = 138;
  static final int DIV_S32 = 139;
  static final int DIV_U32 = 140;
  static final int REM_S32 = 141;
  static final int REM_U32 = 142;
  static final int CLZ32 = 143;
  static final int CTZ32 = 144;
  static final int POPCNT32 = 145;
  static final int EXTEND8 = 146;
  static final int EXTEND16 = 147;
  static final int ROTL64 = 148;
  static final int ROTR64 = 149;
  static final int DIV_S64 = 150;
  static final int DIV_U64 = 151;
  static final int REM_S64 = 152;
  static final int REM_U64 = 153;
  static final int MUL64_K = 154;
  static final int OR64_K = 155;
  static final int XOR64_K = 156;
  static final int SHR_S64_K = 157;
  static final int ROTL64_K = 158;
  static final int EQ_F64 = 159;
  static final int NE_F64 = 160;
  static final int LT_F64 = 161;
  static final int LE_F64 = 162;
  static final int ADD_F32 = 163;
  static final int SUB_F32 = 164;
  static final int MUL_F32 = 165;
  static final int DIV_F32 = 166;
  static final int EQ_F32 = 167;
  static final int NE_F32 = 168;
  static final int LT_F32 = 169;
  static final int LE_F32 = 170;
  static final int F64_OF_I32 = 171;
  static final int F64_OF_F32 = 172;

  // Executed by RareOps.
  static final int STATEFUL = 173;
  static final int MOVES = 173; // from a to d; next: slots
  static final int CONST_VECTOR = 174; // d; next: low, high
  static final int SELECT_REF = 175;
  static final int SELECT_VECTOR = 176;
  static final int GLOBAL_GET_REF = 177;
  static final int GLOBAL_SET_REF = 178;
  static final int GLOBAL_GET_VECTOR = 179;
  static final int GLOBAL_SET_VECTOR = 180;
  static final int THROW = 181; // a: values; next: fuel << 32 | tag
  static final int THROW_REF = 182; // a; next: fuel
  static final int WATCH = 183; // bits 28-63: byte offset
  static final int LEAVE = 184; // a frame that doesn't count ends

  private static final byte[] COMPARISONS = {
    EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U
  };

  private Op() {}

  static long word(int op, int d, int a, int b) {
    return op | (long) d << 10 | (long) a << 28 | (long) b << 46;
  }

  /** A word with a number of 36 bits in place of a and b. */
  static long wide(int op, int d, long number) {
    return op | (long) d << 10 | number << 28;
  }

  static int op(long word) {
    return (int) word & 1023;
  }

  static boolean isComparison(int op) {
    return (op >= CMP32 && op < CMP32_K + 10) || (op >= CMP64 && op < CMP64_K + 10);
  }

  /** The branch that a comparison becomes, as a distance between operations. */
  private static int toBranch(int comparison) {
    return comparison >= CMP64 ? BR64 - CMP64 : BR32 - CMP32;
  }

  /** The branch that is taken if a comparison holds, of whose words this is the first. */
  static long branch(long comparison) {
    return comparison + toBranch(op(comparison));
  }

  /** The comparison that decides a branch. */
  static long comparison(long branch) {
    return branch - (op(branch) >= BR64 ? BR64 - CMP64 : BR32 - CMP32);
  }

  static boolean isStore(int op) {
    return switch (op) {
      case STORE8, STORE16, STORE32, STORE64 -> true;
      default -> false;
    };
  }

  static boolean fitsK(long value) {
    return value << 46 >> 46 == value;
  }

  static boolean fitsConst(long value) {
    return value << 28 >> 28 == value;
  }

  /** The comparison (EQ to GT_U) of i32.eq to i32.ge_u and i64.eq to i64.ge_u, else -1. */
  static int comparison(int opcode) {
    if (opcode >= 0x46 && opcode <= 0x4F) {
      return COMPARISONS[opcode - 0x46];
    }
    return opcode >= 0x51 && opcode <= 0x5A ? COMPARISONS[opcode - 0x51] : -1;
  }

  /** The comparison that holds when the given one doesn't. */
  static int negated(int comparison) {
    return switch (comparison) {
      case EQ -> NE;
      case NE -> EQ;
      case LT_S -> GE_S;
      case LT_U -> GE_U;
      case LE_S -> GT_S;
      case LE_U -> GT_U;
      case GE_S -> LT_S;
      case GE_U -> LT_U;
      case GT_S -> LE_S;
      default -> LE_U;
    };
  }

  /** The comparison of exchanged operands. */
  static int exchanged(int comparison) {
    return switch (comparison) {
      case LT_S -> GT_S;
      case LT_U -> GT_U;
      case LE_S -> GE_S;
      case LE_U -> GE_U;
      case GE_S -> LE_S;
      case GE_U -> LE_U;
      case GT_S -> LT_S;
      case GT_U -> LT_U;
      default -> comparison;
    };
  }

  /** The loop's operation for an instruction that takes one number or two; -1 if it has none. */
  static int simple(int opcode) {
    if (opcode >= 0x67 && opcode <= 0x69) {
      return CLZ32 + opcode - 0x67;
    }
    if (opcode >= 0x6A && opcode <= 0x78) {
      return ARITHMETIC[opcode - 0x6A];
    }
    if (opcode >= 0x7C && opcode <= 0x8A) {
      return ARITHMETIC64[opcode - 0x7C];
    }
    return switch (opcode) {
      case 0x5B -> EQ_F32;
      case 0x5C -> NE_F32;
      case 0x5D, 0x5E -> LT_F32;
      case 0x5F, 0x60 -> LE_F32;
      case 0x61 -> EQ_F64;
      case 0x62 -> NE_F64;
      case 0x63, 0x64 -> LT_F64;
      case 0x65, 0x66 -> LE_F64;
      case 0x92, 0x93, 0x94, 0x95 -> ADD_F32 + opcode - 0x92;
      case 0xA0, 0xA1, 0xA2, 0xA3 -> ADD_F64 + opcode - 0xA0;
      case 0xA7, 0xC4 -> WRAP;
      case 0xAD -> EXTEND_U;
      case 0xB7 -> F64_OF_I32;
      case 0xBB -> F64_OF_F32;
      case 0xC0, 0xC2 -> EXTEND8;
      case 0xC1, 0xC3 -> EXTEND16;
      default -> -1;
    };
  }

  private static final short[] ARITHMETIC = {
    ADD32, SUB32, MUL32, DIV_S32, DIV_U32, REM_S32, REM_U32, AND32, OR32, XOR32, SHL32, SHR_S32,
    SHR_U32, ROTL32, ROTR32
  };

  private static final short[] ARITHMETIC64 = {
    ADD64, SUB64, MUL64, DIV_S64, DIV_U64, REM_S64, REM_U64, AND64, OR64, XOR64, SHL64, SHR_S64,
    SHR_U64, ROTL64, ROTR64
  };

  /** Whether an instruction's operation takes its operands in exchanged order. */
  static boolean isExchanged(int opcode) {
    return opcode == 0x5E || opcode == 0x60 || opcode == 0x64 || opcode == 0x66;
  }

  /** Whether an instruction leaves the number as it is in its slot. */
  static boolean isNothing(int opcode) {
    return opcode == 0xAC || (opcode >= 0xBC && opcode <= 0xBF);
  }

  /** The operation with a constant as second operand, or -1. */
  static int withConstant(int op) {
    return switch (op) {
      case ADD32, SUB32 -> ADD32_K;
      case MUL32 -> MUL32_K;
      case AND32 -> AND32_K;
      case OR32 -> OR32_K;
      case XOR32 -> XOR32_K;
      case SHL32 -> SHL32_K;
      case SHR_S32 -> SHR_S32_K;
      case SHR_U32 -> SHR_U32_K;
      case ROTL32 -> ROTL32_K;
      case ADD64, SUB64 -> ADD64_K;
      case MUL64 -> MUL64_K;
      case AND64 -> AND64_K;
      case OR64 -> OR64_K;
      case XOR64 -> XOR64_K;
      case SHL64 -> SHL64_K;
      case SHR_S64 -> SHR_S64_K;
      case SHR_U64 -> SHR_U64_K;
      case ROTL64 -> ROTL64_K;
      default -> -1;
    };
  }

  static boolean commutes(int op) {
    return switch (op) {
      case ADD32, MUL32, AND32, OR32, XOR32, ADD64, MUL64, AND64, OR64, XOR64 -> true;
      default -> false;
    };
  }

  /** The loop's operation for a load or store of a number in memory 0, or -1. */
  static int access(int opcode) {
    return switch (opcode) {
      case 0x28, 0x2A, 0x34 -> LOAD32_S;
      case 0x29, 0x2B -> LOAD64;
      case 0x2C, 0x30 -> LOAD8_S;
      case 0x2D, 0x31 -> LOAD8_U;
      case 0x2E, 0x32 -> LOAD16_S;
      case 0x2F, 0x33 -> LOAD16_U;
      case 0x35 -> LOAD32_U;
      case 0x3A, 0x3C -> STORE8;
      case 0x3B, 0x3D -> STORE16;
      case Opcodes.I32_STORE, Opcodes.F32_STORE, 0x3E -> STORE32;
      case Opcodes.I64_STORE, Opcodes.F64_STORE -> STORE64;
      default -> -1;
    };
  }
}
