package dev.bysync.interp;

/**
 * Operations on numbers that programs execute less often than those in {@link Loop}, which has to
 * stay small. They read and write slots, and nothing else of the machine.
 */
final class PlainOps {
  private static final int FIRST_NUMERIC = Op.RARE + 0x79;
  private static final int LAST_NUMERIC = Op.RARE + 0xC4;

  private PlainOps() {}

  /** Whether an operation is executed here. */
  static boolean has(int op) {
    return (op >= Op.PLAIN && op < Op.STATEFUL) || (op >= FIRST_NUMERIC && op <= LAST_NUMERIC);
  }

  /**
   * Executes an operation.
   *
   * @param s the slots, of which d, a and b are indices
   */
  static void execute(long w, long[] s, int d, int a, int b) {
    int op = Op.op(w);
    int k = (int) (w >> 46);
    switch (op) {
      case Op.CMP64 + Op.EQ -> s[d] = Compare.eq(s[a], s[b]);
      case Op.CMP64 + Op.NE -> s[d] = Compare.ne(s[a], s[b]);
      case Op.CMP64 + Op.LT_S -> s[d] = Compare.lt(s[a], s[b]);
      case Op.CMP64 + Op.LT_U -> s[d] = Compare.ltU(s[a], s[b]);
      case Op.CMP64 + Op.LE_S -> s[d] = Compare.le(s[a], s[b]);
      case Op.CMP64 + Op.LE_U -> s[d] = Compare.leU(s[a], s[b]);
      case Op.CMP64_K + Op.EQ -> s[d] = Compare.eq(s[a], k);
      case Op.CMP64_K + Op.NE -> s[d] = Compare.ne(s[a], k);
      case Op.CMP64_K + Op.LT_S -> s[d] = Compare.lt(s[a], k);
      case Op.CMP64_K + Op.LT_U -> s[d] = Compare.ltU(s[a], k);
      case Op.CMP64_K + Op.LE_S -> s[d] = Compare.le(s[a], k);
      case Op.CMP64_K + Op.LE_U -> s[d] = Compare.leU(s[a], k);
      case Op.CMP64_K + Op.GE_S -> s[d] = Compare.le(k, s[a]);
      case Op.CMP64_K + Op.GE_U -> s[d] = Compare.leU(k, s[a]);
      case Op.CMP64_K + Op.GT_S -> s[d] = Compare.lt(k, s[a]);
      case Op.CMP64_K + Op.GT_U -> s[d] = Compare.ltU(k, s[a]);
      case Op.ROTL32 -> s[d] = Integer.rotateLeft((int) s[a], (int) s[b]);
      case Op.ROTR32 -> s[d] = Integer.rotateRight((int) s[a], (int) s[b]);
      case Op.DIV_S32 -> s[d] = IntOps.divS((int) s[a], (int) s[b]);
      case Op.DIV_U32 -> s[d] = IntOps.divU((int) s[a], (int) s[b]);
      case Op.REM_S32 -> s[d] = IntOps.remS((int) s[a], (int) s[b]);
      case Op.REM_U32 -> s[d] = IntOps.remU((int) s[a], (int) s[b]);
      case Op.CLZ32 -> s[d] = Integer.numberOfLeadingZeros((int) s[a]);
      case Op.CTZ32 -> s[d] = Integer.numberOfTrailingZeros((int) s[a]);
      case Op.POPCNT32 -> s[d] = Integer.bitCount((int) s[a]);
      case Op.EXTEND8 -> s[d] = (byte) s[a];
      case Op.EXTEND16 -> s[d] = (short) s[a];
      case Op.ROTL64 -> s[d] = Long.rotateLeft(s[a], (int) s[b]);
      case Op.ROTR64 -> s[d] = Long.rotateRight(s[a], (int) s[b]);
      case Op.DIV_S64 -> s[d] = IntOps.divS(s[a], s[b]);
      case Op.DIV_U64 -> s[d] = IntOps.divU(s[a], s[b]);
      case Op.REM_S64 -> s[d] = IntOps.remS(s[a], s[b]);
      case Op.REM_U64 -> s[d] = IntOps.remU(s[a], s[b]);
      case Op.MUL64_K -> s[d] = s[a] * k;
      case Op.OR64_K -> s[d] = s[a] | k;
      case Op.XOR64_K -> s[d] = s[a] ^ k;
      case Op.SHR_S64_K -> s[d] = s[a] >> k;
      case Op.ROTL64_K -> s[d] = Long.rotateLeft(s[a], k);
      case Op.EQ_F64 ->
          s[d] = Double.longBitsToDouble(s[a]) == Double.longBitsToDouble(s[b]) ? 1 : 0;
      case Op.NE_F64 ->
          s[d] = Double.longBitsToDouble(s[a]) != Double.longBitsToDouble(s[b]) ? 1 : 0;
      case Op.LT_F64 ->
          s[d] = Double.longBitsToDouble(s[a]) < Double.longBitsToDouble(s[b]) ? 1 : 0;
      case Op.LE_F64 ->
          s[d] = Double.longBitsToDouble(s[a]) <= Double.longBitsToDouble(s[b]) ? 1 : 0;
      case Op.ADD_F32 ->
          s[d] =
              Float.floatToIntBits(
                  Float.intBitsToFloat((int) s[a]) + Float.intBitsToFloat((int) s[b]));
      case Op.SUB_F32 ->
          s[d] =
              Float.floatToIntBits(
                  Float.intBitsToFloat((int) s[a]) - Float.intBitsToFloat((int) s[b]));
      case Op.MUL_F32 ->
          s[d] =
              Float.floatToIntBits(
                  Float.intBitsToFloat((int) s[a]) * Float.intBitsToFloat((int) s[b]));
      case Op.DIV_F32 ->
          s[d] =
              Float.floatToIntBits(
                  Float.intBitsToFloat((int) s[a]) / Float.intBitsToFloat((int) s[b]));
      case Op.EQ_F32 ->
          s[d] = Float.intBitsToFloat((int) s[a]) == Float.intBitsToFloat((int) s[b]) ? 1 : 0;
      case Op.NE_F32 ->
          s[d] = Float.intBitsToFloat((int) s[a]) != Float.intBitsToFloat((int) s[b]) ? 1 : 0;
      case Op.LT_F32 ->
          s[d] = Float.intBitsToFloat((int) s[a]) < Float.intBitsToFloat((int) s[b]) ? 1 : 0;
      case Op.LE_F32 ->
          s[d] = Float.intBitsToFloat((int) s[a]) <= Float.intBitsToFloat((int) s[b]) ? 1 : 0;
      case Op.F64_OF_I32 -> s[d] = Double.doubleToRawLongBits((int) s[a]);
      case Op.F64_OF_F32 -> s[d] = Double.doubleToLongBits(Float.intBitsToFloat((int) s[a]));
      default -> numeric(op - Op.RARE, s, d, a, b);
    }
  }

  private static void numeric(int opcode, long[] s, int d, int a, int b) {
    if (opcode >= 0xA7) {
      FloatOps.convert(opcode, s, d, a);
    } else if (opcode >= 0x8B) {
      FloatOps.execute(opcode, s, d, a, b);
    } else {
      s[d] = IntOps.count(opcode, s[a]);
    }
  }
}
