package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module.Address;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Memory accesses that are too rare for the loop, and operations on ranges of memory. */
final class MemoryOps {
  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Machine machine;

  MemoryOps(Machine machine) {
    this.machine = machine;
  }

  /** The index of the first byte of an access of {@code length} bytes. */
  static int place(WasmMemory memory, long slot, long offset, int length) {
    long base = memory.address == Address.I32 ? slot & 0xFFFFFFFFL : slot;
    long at = base + offset;
    if (base < 0 || offset < 0 || at < 0 || at > memory.size - (long) length) {
      throw Traps.memoryBounds();
    }
    return (int) at;
  }

  private static int bytes(int opcode) {
    return switch (Op.access(opcode)) {
      case Op.LOAD8_S, Op.LOAD8_U, Op.STORE8 -> 1;
      case Op.LOAD16_S, Op.LOAD16_U, Op.STORE16 -> 2;
      case Op.LOAD64, Op.STORE64 -> 8;
      default -> 4;
    };
  }

  /** A load or store of a number. */
  static void access(int opcode, WasmMemory memory, long offset, long[] s, int d, int a, int b) {
    int at = place(memory, s[a], offset, bytes(opcode));
    byte[] bytes = memory.bytes;
    switch (Op.access(opcode)) {
      case Op.LOAD8_S -> s[d] = bytes[at];
      case Op.LOAD8_U -> s[d] = bytes[at] & 0xFF;
      case Op.LOAD16_S -> s[d] = (short) SHORT.get(bytes, at);
      case Op.LOAD16_U -> s[d] = (short) SHORT.get(bytes, at) & 0xFFFF;
      case Op.LOAD32_S -> s[d] = (int) INT.get(bytes, at);
      case Op.LOAD32_U -> s[d] = (int) INT.get(bytes, at) & 0xFFFFFFFFL;
      case Op.LOAD64 -> s[d] = (long) LONG.get(bytes, at);
      case Op.STORE8 -> bytes[at] = (byte) s[b];
      case Op.STORE16 -> SHORT.set(bytes, at, (short) s[b]);
      case Op.STORE32 -> INT.set(bytes, at, (int) s[b]);
      default -> LONG.set(bytes, at, s[b]);
    }
    if (opcode >= Opcodes.I32_STORE) {
      memory.note(at, bytes(opcode));
    }
  }

  private static long length(WasmMemory memory, long slot) {
    return memory.address == Address.I32 ? slot & 0xFFFFFFFFL : slot;
  }

  /** A size, or -1, in the form of the memory's addresses. */
  private static long result(WasmMemory memory, long pages) {
    return memory.address == Address.I32 ? (int) pages : pages;
  }

  /** memory.size, grow, fill and init; {@code c} is the third operand's slot. */
  void range(int opcode, Instance instance, int index, int segment, int d, int a, int b, int c) {
    long[] s = machine.slots;
    WasmMemory memory = instance.memories[index];
    switch (opcode) {
      case Opcodes.MEMORY_SIZE -> s[d] = result(memory, memory.pages());
      case Opcodes.MEMORY_GROW -> {
        long more = length(memory, s[a]);
        if (more >= 0 && more <= machine.store.limits.memoryPages()) {
          machine.charge(more << 7);
        }
        s[d] = result(memory, memory.grow(more));
      }
      case Opcodes.MEMORY_FILL -> {
        long at = length(memory, s[a]);
        long count = length(memory, s[c]);
        memory.check(at, count);
        machine.charge(count >> 6);
        Arrays.fill(memory.bytes, (int) at, (int) (at + count), (byte) s[b]);
        memory.note((int) at, (int) count);
      }
      default -> {
        byte[] data = instance.data(segment);
        long to = length(memory, s[a]);
        long from = s[b] & 0xFFFFFFFFL;
        long count = s[c] & 0xFFFFFFFFL;
        memory.check(to, count);
        if (from + count > data.length) {
          throw Traps.memoryBounds();
        }
        machine.charge(count >> 6);
        System.arraycopy(data, (int) from, memory.bytes, (int) to, (int) count);
        memory.note((int) to, (int) count);
      }
    }
  }

  /** memory.copy, of operands from slot {@code at} on. */
  void copy(WasmMemory target, WasmMemory source, int at) {
    long[] s = machine.slots;
    boolean wide = target.address == Address.I64 && source.address == Address.I64;
    long to = length(target, s[at]);
    long from = length(source, s[at + 1]);
    long count = wide ? s[at + 2] : s[at + 2] & 0xFFFFFFFFL;
    target.check(to, count);
    source.check(from, count);
    machine.charge(count >> 6);
    System.arraycopy(source.bytes, (int) from, target.bytes, (int) to, (int) count);
    target.note((int) to, (int) count);
  }
}
