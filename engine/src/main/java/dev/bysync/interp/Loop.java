package dev.bysync.interp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The loop that executes code ({@link Op}).
 *
 * <p>Its one method has the operations that programs spend their time in, and has to stay below
 * 8,000 bytecodes: HotSpot doesn't compile larger ones, and takes seconds for one that comes near.
 * What is not among the frequent ones and only computes is in {@link PlainOps}, everything else in
 * {@link RareOps}. What is frequent has to stand here, however long the file becomes.
 *
 * <p>Until HotSpot's second compiler has done, which takes most of a second, code of its first one
 * runs. That compares an operation with one case after the other; and while it collects a profile,
 * it looks at all cases of a switch whenever it comes to one, to count which it was. So there is
 * one small switch of the operations that are executed most, and behind its default there are
 * groups of others, each a switch of its own: one of all cases takes three times as long. The
 * numbers in {@link Op} are in the order of how often operations are executed, and the cases here
 * are in the order of the numbers.
 *
 * <p>Most branches share one test, and comparisons have none ({@link Compare}), so that there is
 * little that a program can do for the first time after the loop has been compiled, which would
 * have it compiled again.
 *
 * <p>State that every operation needs is kept in local variables and put back into the {@link
 * Machine} wherever something else may look at it or change it: calls, operations outside of the
 * loop, traps. Fuel is in one of the two places, the other being zero.
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
    byte[] memory = instance.memory.bytes;
    byte[] written = instance.memory.written;
    long limit = instance.memory.size;
    try {
      while (true) {
        long w = code[pc++];
        int d = fp + ((int) (w >>> 10) & 0x3FFFF);
        int a = (fp + ((int) (w >>> 28) & 0x3FFFF));
        int b = (fp + (int) (w >>> 46));
        int op = (int) w & 1023;
        long at;
        int t;
        WasmFunction callee;
        elsewhere:
        {
          call:
          {
            back:
            {
              branch:
              {
                test:
                switch (op) {
                  case Op.ADD32_K:
                    s[d] = (int) (s[a] + k(w));
                    continue;
                  case Op.LOAD32_S:
                    at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                    if (at > limit - 4) {
                      throw Traps.memoryBounds();
                    }
                    s[d] = (int) INT.get(memory, (int) at);
                    continue;
                  case Op.CONST:
                    s[d] = w >> 28;
                    continue;
                  case Op.MOVE:
                    s[d] = s[a];
                    continue;
                  case Op.STORE32:
                    at = (s[a] & 0xFFFFFFFFL) + (w >>> 10 & 0x3FFFF);
                    if (at > limit - 4) {
                      throw Traps.memoryBounds();
                    }
                    INT.set(memory, (int) at, (int) s[b]);
                    written[(int) at >> WasmMemory.BLOCK_LOG2] = WasmMemory.WRITTEN;
                    continue;
                  case Op.BR_IF:
                    t = (int) s[a];
                    break test;
                  case Op.BR_UNLESS:
                    t = Compare.eq((int) s[a], 0);
                    break test;
                  case Op.BR:
                    break branch;
                  case Op.GLOBAL_GET:
                    s[d] = instance.globals[(int) (w >>> 28)].bits;
                    continue;
                  case Op.LOAD8_U:
                    at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                    if (at > limit - 1) {
                      throw Traps.memoryBounds();
                    }
                    s[d] = memory[(int) at] & 0xFF;
                    continue;
                  case Op.STORE8:
                    at = (s[a] & 0xFFFFFFFFL) + (w >>> 10 & 0x3FFFF);
                    if (at > limit - 1) {
                      throw Traps.memoryBounds();
                    }
                    memory[(int) at] = (byte) s[b];
                    written[(int) at >> WasmMemory.BLOCK_LOG2] = WasmMemory.WRITTEN;
                    continue;
                  case Op.LOAD64:
                    at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                    if (at > limit - 8) {
                      throw Traps.memoryBounds();
                    }
                    s[d] = (long) LONG.get(memory, (int) at);
                    continue;
                  case Op.STORE64:
                    at = (s[a] & 0xFFFFFFFFL) + (w >>> 10 & 0x3FFFF);
                    if (at > limit - 8) {
                      throw Traps.memoryBounds();
                    }
                    LONG.set(memory, (int) at, s[b]);
                    written[(int) at >> WasmMemory.BLOCK_LOG2] = WasmMemory.WRITTEN;
                    continue;
                  case Op.CALL:
                    fuel -= code[pc] >> 32;
                    at = code[pc + 1];
                    pc += 2;
                    callee = instance.functions[(int) (w >>> 28)];
                    break call;
                  case Op.RETURN_ONE:
                    at = s[d];
                    s[fp] = s[a];
                    break back;
                  case Op.RETURN:
                    at = s[d];
                    break back;
                  default:
                    if (op < Op.AND32_K) {
                      switch (op) {
                        case Op.ADD32:
                          s[d] = (int) (s[a] + s[b]);
                          continue;
                        case Op.SUB32:
                          s[d] = (int) (s[a] - s[b]);
                          continue;
                        case Op.BR32 + Op.EQ:
                          t = Compare.eq((int) s[a], (int) s[b]);
                          break test;
                        case Op.BR32 + Op.NE:
                          t = Compare.ne((int) s[a], (int) s[b]);
                          break test;
                        case Op.BR32 + Op.LT_S:
                          t = Compare.lt((int) s[a], (int) s[b]);
                          break test;
                        case Op.BR32 + Op.LT_U:
                          t = Compare.ltU((int) s[a], (int) s[b]);
                          break test;
                        case Op.BR32 + Op.LE_S:
                          t = Compare.le((int) s[a], (int) s[b]);
                          break test;
                        case Op.BR32 + Op.LE_U:
                          t = Compare.leU((int) s[a], (int) s[b]);
                          break test;
                        case Op.BR32_K + Op.EQ:
                          t = Compare.eq((int) s[a], k(w));
                          break test;
                        case Op.BR32_K + Op.NE:
                          t = Compare.ne((int) s[a], k(w));
                          break test;
                        case Op.BR32_K + Op.LT_S:
                          t = Compare.lt((int) s[a], k(w));
                          break test;
                        case Op.BR32_K + Op.LT_U:
                          t = Compare.ltU((int) s[a], k(w));
                          break test;
                        case Op.BR32_K + Op.LE_S:
                          t = Compare.le((int) s[a], k(w));
                          break test;
                        case Op.BR32_K + Op.LE_U:
                          t = Compare.leU((int) s[a], k(w));
                          break test;
                        case Op.BR32_K + Op.GE_S:
                          t = Compare.le(k(w), (int) s[a]);
                          break test;
                        case Op.BR32_K + Op.GE_U:
                          t = Compare.leU(k(w), (int) s[a]);
                          break test;
                        case Op.BR32_K + Op.GT_S:
                          t = Compare.lt(k(w), (int) s[a]);
                          break test;
                        case Op.BR32_K + Op.GT_U:
                          t = Compare.ltU(k(w), (int) s[a]);
                          break test;
                        default:
                          throw new IllegalStateException("operation " + op);
                      }
                    } else if (op < Op.SHL32) {
                      switch (op) {
                        case Op.AND32_K:
                          s[d] = (int) s[a] & k(w);
                          continue;
                        case Op.SHL32_K:
                          s[d] = (int) (s[a] << (k(w) & 31));
                          continue;
                        case Op.SHR_U32_K:
                          s[d] = (int) ((s[a] & 0xFFFFFFFFL) >>> (k(w) & 31));
                          continue;
                        case Op.MUL32:
                          s[d] = (int) (s[a] * s[b]);
                          continue;
                        case Op.SELECT:
                          s[d] = s[b + ((a - b) & -Compare.ne((int) s[fp + (int) code[pc++]], 0))];
                          continue;
                        case Op.STORE16:
                          at = (s[a] & 0xFFFFFFFFL) + (w >>> 10 & 0x3FFFF);
                          if (at > limit - 2) {
                            throw Traps.memoryBounds();
                          }
                          SHORT.set(memory, (int) at, (short) s[b]);
                          written[(int) at >> WasmMemory.BLOCK_LOG2] = WasmMemory.WRITTEN;
                          continue;
                        case Op.LOAD16_U:
                          at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                          if (at > limit - 2) {
                            throw Traps.memoryBounds();
                          }
                          s[d] = (short) SHORT.get(memory, (int) at) & 0xFFFF;
                          continue;
                        case Op.WRAP:
                          s[d] = (int) s[a];
                          continue;
                        case Op.GLOBAL_SET:
                          instance.globals[(int) (w >>> 28)].bits = s[d];
                          continue;
                        case Op.BR_TABLE:
                          at = Math.min(s[a] & 0xFFFFFFFFL, code[pc] - 1);
                          pc += 1 + (int) at;
                          break branch;
                        case Op.OR32_K:
                          s[d] = (int) s[a] | k(w);
                          continue;
                        case Op.XOR32_K:
                          s[d] = (int) s[a] ^ k(w);
                          continue;
                        case Op.MUL32_K:
                          s[d] = (int) (s[a] * k(w));
                          continue;
                        case Op.SHR_S32_K:
                          s[d] = (int) s[a] >> k(w);
                          continue;
                        case Op.ROTL32_K:
                          s[d] = Integer.rotateLeft((int) s[a], k(w));
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
                        default:
                          throw new IllegalStateException("operation " + op);
                      }
                    } else if (op < Op.ADD64_K) {
                      switch (op) {
                        case Op.SHL32:
                          s[d] = (int) (s[a] << (s[b] & 31));
                          continue;
                        case Op.SHR_S32:
                          s[d] = (int) s[a] >> (int) s[b];
                          continue;
                        case Op.SHR_U32:
                          s[d] = (int) ((s[a] & 0xFFFFFFFFL) >>> (s[b] & 31));
                          continue;
                        case Op.CMP32 + Op.EQ:
                          s[d] = Compare.eq((int) s[a], (int) s[b]);
                          continue;
                        case Op.CMP32 + Op.NE:
                          s[d] = Compare.ne((int) s[a], (int) s[b]);
                          continue;
                        case Op.CMP32 + Op.LT_S:
                          s[d] = Compare.lt((int) s[a], (int) s[b]);
                          continue;
                        case Op.CMP32 + Op.LT_U:
                          s[d] = Compare.ltU((int) s[a], (int) s[b]);
                          continue;
                        case Op.CMP32 + Op.LE_S:
                          s[d] = Compare.le((int) s[a], (int) s[b]);
                          continue;
                        case Op.CMP32 + Op.LE_U:
                          s[d] = Compare.leU((int) s[a], (int) s[b]);
                          continue;
                        case Op.CMP32_K + Op.EQ:
                          s[d] = Compare.eq((int) s[a], k(w));
                          continue;
                        case Op.CMP32_K + Op.NE:
                          s[d] = Compare.ne((int) s[a], k(w));
                          continue;
                        case Op.CMP32_K + Op.LT_S:
                          s[d] = Compare.lt((int) s[a], k(w));
                          continue;
                        case Op.CMP32_K + Op.LT_U:
                          s[d] = Compare.ltU((int) s[a], k(w));
                          continue;
                        case Op.CMP32_K + Op.LE_S:
                          s[d] = Compare.le((int) s[a], k(w));
                          continue;
                        case Op.CMP32_K + Op.LE_U:
                          s[d] = Compare.leU((int) s[a], k(w));
                          continue;
                        case Op.CMP32_K + Op.GE_S:
                          s[d] = Compare.le(k(w), (int) s[a]);
                          continue;
                        case Op.CMP32_K + Op.GE_U:
                          s[d] = Compare.leU(k(w), (int) s[a]);
                          continue;
                        case Op.CMP32_K + Op.GT_S:
                          s[d] = Compare.lt(k(w), (int) s[a]);
                          continue;
                        case Op.CMP32_K + Op.GT_U:
                          s[d] = Compare.ltU(k(w), (int) s[a]);
                          continue;
                        default:
                          throw new IllegalStateException("operation " + op);
                      }
                    } else if (op < Op.LOAD8_S) {
                      switch (op) {
                        case Op.ADD64_K:
                          s[d] = s[a] + (w >> 46);
                          continue;
                        case Op.ADD64:
                          s[d] = s[a] + s[b];
                          continue;
                        case Op.SUB64:
                          s[d] = s[a] - s[b];
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
                        case Op.SHR_U64:
                          s[d] = s[a] >>> s[b];
                          continue;
                        case Op.SHR_S64:
                          s[d] = s[a] >> s[b];
                          continue;
                        case Op.MUL64:
                          s[d] = s[a] * s[b];
                          continue;
                        case Op.AND64_K:
                          s[d] = s[a] & (w >> 46);
                          continue;
                        case Op.SHL64_K:
                          s[d] = s[a] << (w >> 46);
                          continue;
                        case Op.SHR_U64_K:
                          s[d] = s[a] >>> (w >> 46);
                          continue;
                        case Op.EXTEND_U:
                          s[d] = s[a] & 0xFFFFFFFFL;
                          continue;
                        case Op.CONST_WIDE:
                          s[d] = code[pc++];
                          continue;
                        case Op.BR64 + Op.EQ:
                          t = Compare.eq(s[a], s[b]);
                          break test;
                        case Op.BR64 + Op.NE:
                          t = Compare.ne(s[a], s[b]);
                          break test;
                        case Op.BR64 + Op.LT_S:
                          t = Compare.lt(s[a], s[b]);
                          break test;
                        case Op.BR64 + Op.LT_U:
                          t = Compare.ltU(s[a], s[b]);
                          break test;
                        case Op.BR64 + Op.LE_S:
                          t = Compare.le(s[a], s[b]);
                          break test;
                        case Op.BR64 + Op.LE_U:
                          t = Compare.leU(s[a], s[b]);
                          break test;
                        case Op.BR64_K + Op.EQ:
                          t = Compare.eq(s[a], w >> 46);
                          break test;
                        case Op.BR64_K + Op.NE:
                          t = Compare.ne(s[a], w >> 46);
                          break test;
                        case Op.BR64_K + Op.LT_S:
                          t = Compare.lt(s[a], w >> 46);
                          break test;
                        case Op.BR64_K + Op.LT_U:
                          t = Compare.ltU(s[a], w >> 46);
                          break test;
                        case Op.BR64_K + Op.LE_S:
                          t = Compare.le(s[a], w >> 46);
                          break test;
                        case Op.BR64_K + Op.LE_U:
                          t = Compare.leU(s[a], w >> 46);
                          break test;
                        case Op.BR64_K + Op.GE_S:
                          t = Compare.le(w >> 46, s[a]);
                          break test;
                        case Op.BR64_K + Op.GE_U:
                          t = Compare.leU(w >> 46, s[a]);
                          break test;
                        case Op.BR64_K + Op.GT_S:
                          t = Compare.lt(w >> 46, s[a]);
                          break test;
                        case Op.BR64_K + Op.GT_U:
                          t = Compare.ltU(w >> 46, s[a]);
                          break test;
                        default:
                          throw new IllegalStateException("operation " + op);
                      }
                    } else {
                      switch (op) {
                        case Op.LOAD8_S:
                          at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                          if (at > limit - 1) {
                            throw Traps.memoryBounds();
                          }
                          s[d] = memory[(int) at];
                          continue;
                        case Op.LOAD16_S:
                          at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                          if (at > limit - 2) {
                            throw Traps.memoryBounds();
                          }
                          s[d] = (short) SHORT.get(memory, (int) at);
                          continue;
                        case Op.LOAD32_U:
                          at = (s[a] & 0xFFFFFFFFL) + (w >>> 46);
                          if (at > limit - 4) {
                            throw Traps.memoryBounds();
                          }
                          s[d] = (int) INT.get(memory, (int) at) & 0xFFFFFFFFL;
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
                        case Op.CALL_INDIRECT:
                          fuel -= code[pc] >> 32;
                          at = code[pc + 1];
                          callee = rare.indirect(instance, (int) (w >>> 46), s[a], (int) code[pc]);
                          pc += 2;
                          break call;
                        case Op.CALL_REF:
                          fuel -= code[pc] >> 32;
                          at = code[pc + 1];
                          callee = RareOps.callable(m.refs[a]);
                          pc += 2;
                          break call;
                        case Op.TAIL_CALL, Op.TAIL_CALL_INDIRECT, Op.TAIL_CALL_REF:
                          fuel -= code[pc] >> 32;
                          at = s[d];
                          callee = rare.tail(w, code[pc], instance, a);
                          rare.toFront(fp, code[pc + 1]);
                          m.depth--;
                          d = fp;
                          if (at < 0) {
                            m.leave();
                            function = m.function;
                            pc = m.word;
                            fp = m.frame;
                          } else {
                            function = instance.functions[Header.function(at)];
                            pc = Header.word(at);
                            fp -= Header.distance(at);
                          }
                          break call;
                        case Op.RETURN_MANY:
                          at = s[d];
                          rare.giveBack(a, fp, (int) code[pc]);
                          break back;
                        case Op.EXIT:
                          m.function = function;
                          m.fuel = fuel;
                          return;
                        case Op.MOVE_REF:
                          m.refs[d] = m.refs[a];
                          continue;
                        case Op.BR_NULL:
                          if (m.refs[a] == null) {
                            break branch;
                          }
                          pc++;
                          continue;
                        case Op.BR_NON_NULL:
                          if (m.refs[a] != null) {
                            break branch;
                          }
                          pc++;
                          continue;
                        case Op.BR_ON_CAST:
                          if (rare.isOf(instance, m.refs[a], code[pc + 1])) {
                            break branch;
                          }
                          pc += 2;
                          continue;
                        case Op.BR_ON_CAST_FAIL:
                          if (!rare.isOf(instance, m.refs[a], code[pc + 1])) {
                            break branch;
                          }
                          pc += 2;
                          continue;
                        default:
                          if (PlainOps.has(op)) {
                            PlainOps.execute(w, s, d, a, b);
                            continue;
                          }
                          m.function = function;
                          m.word = pc;
                          m.frame = fp;
                          m.fuel = fuel;
                          fuel = 0;
                          pc = rare.execute(w, instance, d, a, b);
                          fuel = m.takeFuel();
                          memory = instance.memory.bytes;
                          written = instance.memory.written;
                          limit = instance.memory.size;
                          continue;
                      }
                    }
                }
                if (t == 0) {
                  pc++;
                  continue;
                }
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
            m.depth--;
            if (at >= 0) {
              pc = Header.word(at);
              fp -= Header.distance(at);
              t = Header.function(at);
              if (t != function.index) { // else it is a recursion, which need not wait for memory
                function = instance.functions[t];
                code = function.words;
              }
              continue;
            }
            m.leave();
            break elsewhere;
          }
          if (fuel < 0) {
            fuel = m.store.slice(fuel);
          }
          if (callee.room <= s.length - d
              && m.depth < m.fastDepth
              && callee.instance == instance
              && at >= 0) {
            m.depth++;
            t = d + callee.localSlots;
            for (int slot = d + callee.paramSlots; slot < t; slot++) {
              s[slot] = 0;
            }
            s[t] = at;
            function = callee;
            code = callee.words;
            pc = 0;
            fp = d;
            continue;
          }
          m.function = function;
          m.word = pc;
          m.frame = fp;
          m.fuel = fuel;
          fuel = 0;
          m.enter(callee, d, at);
          fuel = m.takeFuel();
        }
        function = m.function;
        pc = m.word;
        fp = m.frame;
        s = m.slots;
        code = function.words;
        instance = function.instance;
        memory = instance.memory.bytes;
        written = instance.memory.written;
        limit = instance.memory.size;
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
