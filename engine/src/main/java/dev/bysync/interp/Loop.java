package dev.bysync.interp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The loop that executes code ({@link Op}).
 *
 * <p>Its one method has all the operations that programs spend their time in, and has to stay below
 * 8,000 bytecodes: HotSpot doesn't compile larger ones. So each operation is a line or two, what is
 * rare goes to {@link RareOps}, and this file is longer than others. State that every operation
 * needs is kept in local variables and put back into the {@link Machine} wherever something else
 * may look at it or change it: calls, operations outside of the loop, traps. Fuel is in one of the
 * two places, the other being zero.
 */
final class Loop {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Machine machine;

  Loop(Machine machine) {
    this.machine = machine;
  }

  /** The constant in b's place. */
  private static int k(long word) {
    return (int) (word >> 46);
  }

  /** Executes from where the machine is until control comes to {@link Op#EXIT}. */
  @SuppressWarnings({"LabelledBreakTarget", "StatementSwitchToExpressionSwitch"}) // exits untested
  void run() {
    Machine m = machine;
    RareOps rare = m.rare;
    WasmFunction function = m.function;
    Instance instance = function.instance;
    long[] code = function.words;
    int pc = m.word;
    int fp = m.frame;
    long fuel = m.takeFuel();
    long[] s = m.slots;
    @Nullable Object[] r = m.refs;
    byte[] memory = instance.memory.bytes;
    long limit = instance.memory.size;
    try {
      while (true) {
        long w = code[pc++];
        int d = fp + ((int) (w >>> 10) & 0x3FFFF);
        int a = fp + ((int) (w >>> 28) & 0x3FFFF);
        int b = fp + (int) (w >>> 46);
        long at;
        WasmFunction callee;
        call:
        {
          back:
          {
            branch:
            switch ((int) w & 1023) {
              case Op.MOVE:
                s[d] = s[a];
                continue;
              case Op.MOVE_REF:
                r[d] = r[a];
                continue;
              case Op.CONST:
                s[d] = w >> 28;
                continue;
              case Op.CONST_WIDE:
                s[d] = code[pc++];
                continue;
              case Op.SELECT:
                s[d] = (int) s[fp + (int) code[pc++]] != 0 ? s[a] : s[b];
                continue;
              case Op.GLOBAL_GET:
                s[d] = instance.globals[(int) (w >>> 28)].bits;
                continue;
              case Op.GLOBAL_SET:
                instance.globals[(int) (w >>> 28)].bits = s[d];
                continue;
              case Op.CALL:
                fuel -= code[pc++] >> 32;
                callee = instance.functions[(int) (w >>> 28)];
                break call;
              case Op.CALL_INDIRECT:
                fuel -= code[pc] >> 32;
                callee = rare.indirect(instance, b - fp, s[a], (int) code[pc++]);
                break call;
              case Op.CALL_REF:
                fuel -= code[pc++] >> 32;
                callee = RareOps.callable(r[a]);
                break call;
              case Op.TAIL_CALL, Op.TAIL_CALL_INDIRECT, Op.TAIL_CALL_REF:
                fuel -= code[pc] >> 32;
                callee = rare.tail(w, code[pc++], instance, a);
                function = m.callers[--m.depth];
                at = m.returns[m.depth];
                d = fp;
                pc = (int) (at >>> 32);
                fp = (int) at;
                break call;
              case Op.RETURN_ONE:
                s[fp] = s[a];
                break back;
              case Op.RETURN:
                break back;
              case Op.RETURN_MANY:
                System.arraycopy(s, a, s, fp, (int) code[pc]);
                System.arraycopy(r, a, r, fp, (int) code[pc]);
                break back;
              case Op.EXIT:
                m.function = function;
                m.fuel = fuel;
                return;
              case Op.BR:
                break branch;
              case Op.BR_IF:
                if ((int) s[a] != 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR_UNLESS:
                if ((int) s[a] == 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR_TABLE:
                at = Math.min(s[a] & 0xFFFFFFFFL, code[pc] - 1);
                pc += 1 + (int) at;
                break branch;
              case Op.BR_NULL:
                if (r[a] == null) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR_NON_NULL:
                if (r[a] != null) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR_ON_CAST:
                if (rare.isOf(instance, r[a], code[pc + 1])) {
                  break branch;
                }
                pc += 2;
                continue;
              case Op.BR_ON_CAST_FAIL:
                if (!rare.isOf(instance, r[a], code[pc + 1])) {
                  break branch;
                }
                pc += 2;
                continue;
              case Op.BR32 + Op.EQ:
                if ((int) s[a] == (int) s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32 + Op.NE:
                if ((int) s[a] != (int) s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32 + Op.LT_S:
                if ((int) s[a] < (int) s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32 + Op.LT_U:
                if (Integer.compareUnsigned((int) s[a], (int) s[b]) < 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32 + Op.LE_S:
                if ((int) s[a] <= (int) s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32 + Op.LE_U:
                if (Integer.compareUnsigned((int) s[a], (int) s[b]) <= 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.EQ:
                if ((int) s[a] == k(w)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.NE:
                if ((int) s[a] != k(w)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.LT_S:
                if ((int) s[a] < k(w)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.LT_U:
                if (Integer.compareUnsigned((int) s[a], k(w)) < 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.LE_S:
                if ((int) s[a] <= k(w)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.LE_U:
                if (Integer.compareUnsigned((int) s[a], k(w)) <= 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.GE_S:
                if ((int) s[a] >= k(w)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.GE_U:
                if (Integer.compareUnsigned((int) s[a], k(w)) >= 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.GT_S:
                if ((int) s[a] > k(w)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR32_K + Op.GT_U:
                if (Integer.compareUnsigned((int) s[a], k(w)) > 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64 + Op.EQ:
                if (s[a] == s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64 + Op.NE:
                if (s[a] != s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64 + Op.LT_S:
                if (s[a] < s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64 + Op.LT_U:
                if (Long.compareUnsigned(s[a], s[b]) < 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64 + Op.LE_S:
                if (s[a] <= s[b]) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64 + Op.LE_U:
                if (Long.compareUnsigned(s[a], s[b]) <= 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.EQ:
                if (s[a] == (w >> 46)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.NE:
                if (s[a] != (w >> 46)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.LT_S:
                if (s[a] < (w >> 46)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.LT_U:
                if (Long.compareUnsigned(s[a], (w >> 46)) < 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.LE_S:
                if (s[a] <= (w >> 46)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.LE_U:
                if (Long.compareUnsigned(s[a], (w >> 46)) <= 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.GE_S:
                if (s[a] >= (w >> 46)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.GE_U:
                if (Long.compareUnsigned(s[a], (w >> 46)) >= 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.GT_S:
                if (s[a] > (w >> 46)) {
                  break branch;
                }
                pc++;
                continue;
              case Op.BR64_K + Op.GT_U:
                if (Long.compareUnsigned(s[a], (w >> 46)) > 0) {
                  break branch;
                }
                pc++;
                continue;
              case Op.CMP32 + Op.EQ:
                s[d] = (int) s[a] == (int) s[b] ? 1 : 0;
                continue;
              case Op.CMP32 + Op.NE:
                s[d] = (int) s[a] != (int) s[b] ? 1 : 0;
                continue;
              case Op.CMP32 + Op.LT_S:
                s[d] = (int) s[a] < (int) s[b] ? 1 : 0;
                continue;
              case Op.CMP32 + Op.LT_U:
                s[d] = Integer.compareUnsigned((int) s[a], (int) s[b]) < 0 ? 1 : 0;
                continue;
              case Op.CMP32 + Op.LE_S:
                s[d] = (int) s[a] <= (int) s[b] ? 1 : 0;
                continue;
              case Op.CMP32 + Op.LE_U:
                s[d] = Integer.compareUnsigned((int) s[a], (int) s[b]) <= 0 ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.EQ:
                s[d] = (int) s[a] == k(w) ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.NE:
                s[d] = (int) s[a] != k(w) ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.LT_S:
                s[d] = (int) s[a] < k(w) ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.LT_U:
                s[d] = Integer.compareUnsigned((int) s[a], k(w)) < 0 ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.LE_S:
                s[d] = (int) s[a] <= k(w) ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.LE_U:
                s[d] = Integer.compareUnsigned((int) s[a], k(w)) <= 0 ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.GE_S:
                s[d] = (int) s[a] >= k(w) ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.GE_U:
                s[d] = Integer.compareUnsigned((int) s[a], k(w)) >= 0 ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.GT_S:
                s[d] = (int) s[a] > k(w) ? 1 : 0;
                continue;
              case Op.CMP32_K + Op.GT_U:
                s[d] = Integer.compareUnsigned((int) s[a], k(w)) > 0 ? 1 : 0;
                continue;
              case Op.CMP64 + Op.EQ:
                s[d] = s[a] == s[b] ? 1 : 0;
                continue;
              case Op.CMP64 + Op.NE:
                s[d] = s[a] != s[b] ? 1 : 0;
                continue;
              case Op.CMP64 + Op.LT_S:
                s[d] = s[a] < s[b] ? 1 : 0;
                continue;
              case Op.CMP64 + Op.LT_U:
                s[d] = Long.compareUnsigned(s[a], s[b]) < 0 ? 1 : 0;
                continue;
              case Op.CMP64 + Op.LE_S:
                s[d] = s[a] <= s[b] ? 1 : 0;
                continue;
              case Op.CMP64 + Op.LE_U:
                s[d] = Long.compareUnsigned(s[a], s[b]) <= 0 ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.EQ:
                s[d] = s[a] == (w >> 46) ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.NE:
                s[d] = s[a] != (w >> 46) ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.LT_S:
                s[d] = s[a] < (w >> 46) ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.LT_U:
                s[d] = Long.compareUnsigned(s[a], (w >> 46)) < 0 ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.LE_S:
                s[d] = s[a] <= (w >> 46) ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.LE_U:
                s[d] = Long.compareUnsigned(s[a], (w >> 46)) <= 0 ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.GE_S:
                s[d] = s[a] >= (w >> 46) ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.GE_U:
                s[d] = Long.compareUnsigned(s[a], (w >> 46)) >= 0 ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.GT_S:
                s[d] = s[a] > (w >> 46) ? 1 : 0;
                continue;
              case Op.CMP64_K + Op.GT_U:
                s[d] = Long.compareUnsigned(s[a], (w >> 46)) > 0 ? 1 : 0;
                continue;
              case Op.ADD32:
                s[d] = (int) (s[a] + s[b]);
                continue;
              case Op.SUB32:
                s[d] = (int) (s[a] - s[b]);
                continue;
              case Op.MUL32:
                s[d] = (int) (s[a] * s[b]);
                continue;
              case Op.AND32:
                s[d] = (int) s[a] & (int) s[b];
                continue;
              case Op.OR32:
                s[d] = (int) s[a] | (int) s[b];
                continue;
              case Op.XOR32:
                s[d] = (int) s[a] ^ (int) s[b];
                continue;
              case Op.SHL32:
                s[d] = (int) (s[a] << (s[b] & 31));
                continue;
              case Op.SHR_S32:
                s[d] = (int) s[a] >> (int) s[b];
                continue;
              case Op.SHR_U32:
                s[d] = (int) ((s[a] & 0xFFFFFFFFL) >>> (s[b] & 31));
                continue;
              case Op.ROTL32:
                s[d] = Integer.rotateLeft((int) s[a], (int) s[b]);
                continue;
              case Op.ROTR32:
                s[d] = Integer.rotateRight((int) s[a], (int) s[b]);
                continue;
              case Op.DIV_S32:
                s[d] = IntOps.divS((int) s[a], (int) s[b]);
                continue;
              case Op.DIV_U32:
                s[d] = IntOps.divU((int) s[a], (int) s[b]);
                continue;
              case Op.REM_S32:
                s[d] = IntOps.remS((int) s[a], (int) s[b]);
                continue;
              case Op.REM_U32:
                s[d] = IntOps.remU((int) s[a], (int) s[b]);
                continue;
              case Op.ADD32_K:
                s[d] = (int) (s[a] + k(w));
                continue;
              case Op.MUL32_K:
                s[d] = (int) (s[a] * k(w));
                continue;
              case Op.AND32_K:
                s[d] = (int) s[a] & k(w);
                continue;
              case Op.OR32_K:
                s[d] = (int) s[a] | k(w);
                continue;
              case Op.XOR32_K:
                s[d] = (int) s[a] ^ k(w);
                continue;
              case Op.SHL32_K:
                s[d] = (int) (s[a] << (k(w) & 31));
                continue;
              case Op.SHR_S32_K:
                s[d] = (int) s[a] >> k(w);
                continue;
              case Op.SHR_U32_K:
                s[d] = (int) ((s[a] & 0xFFFFFFFFL) >>> (k(w) & 31));
                continue;
              case Op.ROTL32_K:
                s[d] = Integer.rotateLeft((int) s[a], k(w));
                continue;
              case Op.CLZ32:
                s[d] = Integer.numberOfLeadingZeros((int) s[a]);
                continue;
              case Op.CTZ32:
                s[d] = Integer.numberOfTrailingZeros((int) s[a]);
                continue;
              case Op.POPCNT32:
                s[d] = Integer.bitCount((int) s[a]);
                continue;
              case Op.EXTEND8:
                s[d] = (byte) s[a];
                continue;
              case Op.EXTEND16:
                s[d] = (short) s[a];
                continue;
              case Op.WRAP:
                s[d] = (int) s[a];
                continue;
              case Op.EXTEND_U:
                s[d] = s[a] & 0xFFFFFFFFL;
                continue;
              case Op.ADD64:
                s[d] = s[a] + s[b];
                continue;
              case Op.SUB64:
                s[d] = s[a] - s[b];
                continue;
              case Op.MUL64:
                s[d] = s[a] * s[b];
                continue;
              case Op.AND64:
                s[d] = s[a] & s[b];
                continue;
              case Op.OR64:
                s[d] = s[a] | s[b];
                continue;
              case Op.XOR64:
                s[d] = s[a] ^ s[b];
                continue;
              case Op.SHL64:
                s[d] = s[a] << s[b];
                continue;
              case Op.SHR_S64:
                s[d] = s[a] >> s[b];
                continue;
              case Op.SHR_U64:
                s[d] = s[a] >>> s[b];
                continue;
              case Op.ROTL64:
                s[d] = Long.rotateLeft(s[a], (int) s[b]);
                continue;
              case Op.ROTR64:
                s[d] = Long.rotateRight(s[a], (int) s[b]);
                continue;
              case Op.DIV_S64:
                s[d] = IntOps.divS(s[a], s[b]);
                continue;
              case Op.DIV_U64:
                s[d] = IntOps.divU(s[a], s[b]);
                continue;
              case Op.REM_S64:
                s[d] = IntOps.remS(s[a], s[b]);
                continue;
              case Op.REM_U64:
                s[d] = IntOps.remU(s[a], s[b]);
                continue;
              case Op.ADD64_K:
                s[d] = s[a] + (w >> 46);
                continue;
              case Op.MUL64_K:
                s[d] = s[a] * (w >> 46);
                continue;
              case Op.AND64_K:
                s[d] = s[a] & (w >> 46);
                continue;
              case Op.OR64_K:
                s[d] = s[a] | (w >> 46);
                continue;
              case Op.XOR64_K:
                s[d] = s[a] ^ (w >> 46);
                continue;
              case Op.SHL64_K:
                s[d] = s[a] << (w >> 46);
                continue;
              case Op.SHR_S64_K:
                s[d] = s[a] >> (w >> 46);
                continue;
              case Op.SHR_U64_K:
                s[d] = s[a] >>> (w >> 46);
                continue;
              case Op.ROTL64_K:
                s[d] = Long.rotateLeft(s[a], k(w));
                continue;
              case Op.ADD_F64:
                s[d] =
                    Double.doubleToLongBits(
                        Double.longBitsToDouble(s[a]) + Double.longBitsToDouble(s[b]));
                continue;
              case Op.SUB_F64:
                s[d] =
                    Double.doubleToLongBits(
                        Double.longBitsToDouble(s[a]) - Double.longBitsToDouble(s[b]));
                continue;
              case Op.MUL_F64:
                s[d] =
                    Double.doubleToLongBits(
                        Double.longBitsToDouble(s[a]) * Double.longBitsToDouble(s[b]));
                continue;
              case Op.DIV_F64:
                s[d] =
                    Double.doubleToLongBits(
                        Double.longBitsToDouble(s[a]) / Double.longBitsToDouble(s[b]));
                continue;
              case Op.EQ_F64:
                s[d] = Double.longBitsToDouble(s[a]) == Double.longBitsToDouble(s[b]) ? 1 : 0;
                continue;
              case Op.NE_F64:
                s[d] = Double.longBitsToDouble(s[a]) != Double.longBitsToDouble(s[b]) ? 1 : 0;
                continue;
              case Op.LT_F64:
                s[d] = Double.longBitsToDouble(s[a]) < Double.longBitsToDouble(s[b]) ? 1 : 0;
                continue;
              case Op.LE_F64:
                s[d] = Double.longBitsToDouble(s[a]) <= Double.longBitsToDouble(s[b]) ? 1 : 0;
                continue;
              case Op.ADD_F32:
                s[d] =
                    Float.floatToIntBits(
                        Float.intBitsToFloat((int) s[a]) + Float.intBitsToFloat((int) s[b]));
                continue;
              case Op.SUB_F32:
                s[d] =
                    Float.floatToIntBits(
                        Float.intBitsToFloat((int) s[a]) - Float.intBitsToFloat((int) s[b]));
                continue;
              case Op.MUL_F32:
                s[d] =
                    Float.floatToIntBits(
                        Float.intBitsToFloat((int) s[a]) * Float.intBitsToFloat((int) s[b]));
                continue;
              case Op.DIV_F32:
                s[d] =
                    Float.floatToIntBits(
                        Float.intBitsToFloat((int) s[a]) / Float.intBitsToFloat((int) s[b]));
                continue;
              case Op.EQ_F32:
                s[d] = Float.intBitsToFloat((int) s[a]) == Float.intBitsToFloat((int) s[b]) ? 1 : 0;
                continue;
              case Op.NE_F32:
                s[d] = Float.intBitsToFloat((int) s[a]) != Float.intBitsToFloat((int) s[b]) ? 1 : 0;
                continue;
              case Op.LT_F32:
                s[d] = Float.intBitsToFloat((int) s[a]) < Float.intBitsToFloat((int) s[b]) ? 1 : 0;
                continue;
              case Op.LE_F32:
                s[d] = Float.intBitsToFloat((int) s[a]) <= Float.intBitsToFloat((int) s[b]) ? 1 : 0;
                continue;
              case Op.F64_OF_I32:
                s[d] = Double.doubleToRawLongBits((int) s[a]);
                continue;
              case Op.F64_OF_F32:
                s[d] = Double.doubleToLongBits(Float.intBitsToFloat((int) s[a]));
                continue;
              case Op.LOAD8_S:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 1) {
                  throw Traps.memoryBounds();
                }
                s[d] = memory[(int) at];
                continue;
              case Op.LOAD8_U:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 1) {
                  throw Traps.memoryBounds();
                }
                s[d] = memory[(int) at] & 0xFF;
                continue;
              case Op.LOAD16_S:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 2) {
                  throw Traps.memoryBounds();
                }
                s[d] = (short) SHORT.get(memory, (int) at);
                continue;
              case Op.LOAD16_U:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 2) {
                  throw Traps.memoryBounds();
                }
                s[d] = (short) SHORT.get(memory, (int) at) & 0xFFFF;
                continue;
              case Op.LOAD32_S:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 4) {
                  throw Traps.memoryBounds();
                }
                s[d] = (int) INT.get(memory, (int) at);
                continue;
              case Op.LOAD32_U:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 4) {
                  throw Traps.memoryBounds();
                }
                s[d] = (int) INT.get(memory, (int) at) & 0xFFFFFFFFL;
                continue;
              case Op.LOAD64:
                at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                if (at > limit - 8) {
                  throw Traps.memoryBounds();
                }
                s[d] = (long) LONG.get(memory, (int) at);
                continue;
              case Op.STORE8:
                at = (s[a] & 0xFFFFFFFFL) + (d - fp);
                if (at > limit - 1) {
                  throw Traps.memoryBounds();
                }
                memory[(int) at] = (byte) s[b];
                continue;
              case Op.STORE16:
                at = (s[a] & 0xFFFFFFFFL) + (d - fp);
                if (at > limit - 2) {
                  throw Traps.memoryBounds();
                }
                SHORT.set(memory, (int) at, (short) s[b]);
                continue;
              case Op.STORE32:
                at = (s[a] & 0xFFFFFFFFL) + (d - fp);
                if (at > limit - 4) {
                  throw Traps.memoryBounds();
                }
                INT.set(memory, (int) at, (int) s[b]);
                continue;
              case Op.STORE64:
                at = (s[a] & 0xFFFFFFFFL) + (d - fp);
                if (at > limit - 8) {
                  throw Traps.memoryBounds();
                }
                LONG.set(memory, (int) at, s[b]);
                continue;
              default:
                m.function = function;
                m.word = pc;
                m.frame = fp;
                m.fuel = fuel;
                fuel = 0;
                pc = rare.execute(w, instance, d, a, b);
                fuel = m.takeFuel();
                memory = instance.memory.bytes;
                limit = instance.memory.size;
                continue;
            }
            at = code[pc];
            pc = (int) at;
            fuel -= at >> 32;
            if (fuel < 0) {
              fuel = m.store.slice(fuel);
            }
            continue;
          }
          fuel -= code[pc] >> 32;
          function = m.callers[--m.depth];
          at = m.returns[m.depth];
          pc = (int) (at >>> 32);
          fp = (int) at;
          code = function.words;
          instance = function.instance;
          memory = instance.memory.bytes;
          limit = instance.memory.size;
          continue;
        }
        m.function = function;
        m.word = pc;
        m.frame = fp;
        if (fuel < 0) {
          fuel = m.store.slice(fuel);
        }
        if (callee.host != null) {
          m.fuel = fuel;
          fuel = 0;
          m.callHost(callee, d);
          fuel = m.takeFuel();
          pc = m.word;
          s = m.slots;
          r = m.refs;
          code = function.words;
          instance = function.instance;
          memory = instance.memory.bytes;
          limit = instance.memory.size;
          continue;
        }
        int depth = m.depth;
        if (depth < m.callers.length && callee.isReady(m.watched, s.length - d)) {
          m.callers[depth] = function;
          m.returns[depth] = (long) pc << 32 | fp;
          m.depth = depth + 1;
          for (int i = d + callee.paramSlots; i < d + callee.localSlots; i++) {
            s[i] = 0;
          }
        } else {
          m.pushFrame();
          m.prepare(callee, d);
          s = m.slots;
          r = m.refs;
        }
        function = callee;
        code = callee.words;
        pc = 0;
        fp = d;
        if (callee.instance != instance) {
          instance = callee.instance;
          memory = instance.memory.bytes;
          limit = instance.memory.size;
        }
      }
    } catch (Trap trap) {
      m.function = function;
      m.word = pc;
      m.frame = fp;
      m.fuel += fuel;
      throw m.located(trap);
    }
  }
}
