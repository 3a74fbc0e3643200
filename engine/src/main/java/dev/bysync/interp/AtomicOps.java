package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module.Sharing;

/**
 * Atomic instructions (threads proposal). There is one agent only, so a plain access is atomic; a
 * wait that would block could never end and traps.
 */
final class AtomicOps {
  private static final int BASE = Opcodes.ATOMIC_FENCE - 3;
  private static final int NOTIFY = 0;
  private static final int WAIT64 = 2;
  private static final int FIRST_STORE = 0x17;
  private static final int FIRST_RMW = 0x1E;
  private static final int COMPARE_EXCHANGE = 6;

  /** Bytes of the accesses of each group of seven: i32, i64, i32 8 and 16, i64 8, 16 and 32. */
  private static final int[] BYTES = {4, 8, 1, 2, 1, 2, 4};

  private final Machine machine;

  AtomicOps(Machine machine) {
    this.machine = machine;
  }

  int execute(int opcode, Instance instance, int pc, int d, int a, int b) {
    long[] code = machine.function.words;
    long[] s = machine.slots;
    int number = opcode - BASE;
    WasmMemory memory = instance.memories[(int) code[pc + 1]];
    int third = machine.frame + (int) (code[pc + 1] >>> 40);
    if (number <= WAIT64) {
      int at = place(memory, s[a], code[pc], number == WAIT64 ? 8 : 4);
      s[d] = number == NOTIFY ? 0 : await(number, memory, at, s[b], s[third]);
      return pc + 2;
    }
    int group =
        number < FIRST_STORE
            ? number - 0x10
            : number < FIRST_RMW ? number - FIRST_STORE : (number - FIRST_RMW) % 7;
    int length = BYTES[group];
    int at = place(memory, s[a], code[pc], length);
    if (number < FIRST_STORE) {
      s[d] = extended(read(memory.bytes, at, length), group);
    } else if (number < FIRST_RMW) {
      write(memory, at, length, s[b]);
    } else {
      long old = read(memory.bytes, at, length);
      int operation = (number - FIRST_RMW) / 7;
      if (operation < COMPARE_EXCHANGE) {
        write(memory, at, length, combined(operation, old, s[b]));
      } else if (old == masked(s[b], length)) {
        write(memory, at, length, s[third]);
      }
      s[d] = extended(old, group);
    }
    return pc + 2;
  }

  private static int place(WasmMemory memory, long slot, long offset, int length) {
    int at = MemoryOps.place(memory, slot, offset, length);
    if ((at & (length - 1)) != 0) {
      throw new Trap(Trap.Kind.UNALIGNED, "unaligned atomic");
    }
    return at;
  }

  private static long await(int number, WasmMemory memory, int at, long expected, long timeout) {
    if (memory.sharing != Sharing.SHARED) {
      throw new Trap(Trap.Kind.NOT_SHARED, "expected shared memory");
    }
    int length = number == WAIT64 ? 8 : 4;
    if (read(memory.bytes, at, length) != masked(expected, length)) {
      return 1;
    }
    if (timeout < 0) {
      throw new Trap(Trap.Kind.WAIT, "waits for another thread, of which there is none");
    }
    return 2;
  }

  private static long combined(int operation, long old, long operand) {
    return switch (operation) {
      case 0 -> old + operand;
      case 1 -> old - operand;
      case 2 -> old & operand;
      case 3 -> old | operand;
      case 4 -> old ^ operand;
      default -> operand;
    };
  }

  /** Results of 32 bits are sign-extended like all of that size; shorter ones are zero-extended. */
  private static long extended(long value, int group) {
    return group == 0 ? (int) value : value;
  }

  private static long masked(long value, int length) {
    return length == 8 ? value : value & ((1L << (length * 8)) - 1);
  }

  static long read(byte[] bytes, int at, int length) {
    return switch (length) {
      case 1 -> bytes[at] & 0xFF;
      case 2 -> (short) MemoryOps.SHORT.get(bytes, at) & 0xFFFF;
      case 4 -> (int) MemoryOps.INT.get(bytes, at) & 0xFFFFFFFFL;
      default -> (long) MemoryOps.LONG.get(bytes, at);
    };
  }

  static void write(WasmMemory memory, int at, int length, long value) {
    byte[] bytes = memory.bytes;
    memory.note(at, length);
    switch (length) {
      case 1 -> bytes[at] = (byte) value;
      case 2 -> MemoryOps.SHORT.set(bytes, at, (short) value);
      case 4 -> MemoryOps.INT.set(bytes, at, (int) value);
      default -> MemoryOps.LONG.set(bytes, at, value);
    }
  }
}
