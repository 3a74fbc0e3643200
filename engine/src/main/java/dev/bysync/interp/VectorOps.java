package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;

/**
 * Vector instructions: bits, lanes and memory; numbers are done by {@link VectorInts}, {@link
 * VectorWidths} and {@link VectorFloats}. A vector is two slots, the lower half first.
 *
 * <p>Relaxed instructions do what the deterministic profile of the specification says.
 */
final class VectorOps {
  private static final int BASE = Opcodes.V128_LOAD;
  private static final int FIRST_RELAXED = 0x100;

  private final Machine machine;

  VectorOps(Machine machine) {
    this.machine = machine;
  }

  /** Executes an instruction and returns the place behind its words. */
  int execute(int opcode, Instance instance, int pc, int d, int a, int b) {
    long[] code = machine.function.words;
    long[] s = machine.slots;
    int number = opcode - BASE;
    if (number <= 0x0B || (number >= 0x54 && number <= 0x5D)) {
      WasmMemory memory = instance.memories[(int) code[pc + 1]];
      memory(number, memory, code[pc], (int) (code[pc + 1] >>> 32) & 0xFF, d, a, b);
      return pc + 2;
    }
    if (number >= FIRST_RELAXED) {
      return relaxed(number, pc, d, a, b);
    }
    switch (number) {
      case 0x0D -> {
        shuffle(s, d, a, b, code[pc], code[pc + 1]);
        return pc + 2;
      }
      case 0x0E -> swizzle(s, d, a, b);
      case 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14 -> {
        long half = splat(number, s[a]);
        set(s, d, half, half);
      }
      case 0x15, 0x16, 0x18, 0x19, 0x1B, 0x1D, 0x1F, 0x21 ->
          s[d] = extract(number, s, a, b - machine.frame);
      case 0x17, 0x1A, 0x1C, 0x1E, 0x20, 0x22 -> {
        replace(s, d, a, s[b], width(number), (int) code[pc]);
        return pc + 1;
      }
      case 0x4D -> set(s, d, ~s[a], ~s[a + 1]);
      case 0x4E -> set(s, d, s[a] & s[b], s[a + 1] & s[b + 1]);
      case 0x4F -> set(s, d, s[a] & ~s[b], s[a + 1] & ~s[b + 1]);
      case 0x50 -> set(s, d, s[a] | s[b], s[a + 1] | s[b + 1]);
      case 0x51 -> set(s, d, s[a] ^ s[b], s[a + 1] ^ s[b + 1]);
      case 0x52 -> {
        select(s, d, a, b, machine.frame + (int) code[pc]);
        return pc + 1;
      }
      case 0x53 -> s[d] = (s[a] | s[a + 1]) != 0 ? 1 : 0;
      default -> numbers(number, s, d, a, b);
    }
    return pc;
  }

  private static void numbers(int number, long[] s, int d, int a, int b) {
    if (VectorFloats.has(number)) {
      VectorFloats.execute(number, s, d, a, b);
    } else if (VectorWidths.has(number)) {
      VectorWidths.execute(number, s, d, a, b);
    } else {
      VectorInts.execute(number, s, d, a, b);
    }
  }

  private static void set(long[] s, int d, long low, long high) {
    s[d] = low;
    s[d + 1] = high;
  }

  private static void select(long[] s, int d, int a, int b, int mask) {
    set(
        s,
        d,
        (s[a] & s[mask]) | (s[b] & ~s[mask]),
        (s[a + 1] & s[mask + 1]) | (s[b + 1] & ~s[mask + 1]));
  }

  private int relaxed(int number, int pc, int d, int a, int b) {
    long[] s = machine.slots;
    int third = machine.frame + (int) machine.function.words[pc];
    switch (number) {
      case 0x100 -> swizzle(s, d, a, b);
      case 0x101, 0x102 -> VectorFloats.execute(0xF8 + number - 0x101, s, d, a, b);
      case 0x103, 0x104 -> VectorFloats.execute(0xFC + number - 0x103, s, d, a, b);
      case 0x105, 0x106, 0x107, 0x108 -> {
        VectorFloats.multiplyAdd(number >= 0x107, (number & 1) == 0, s, d, a, b, third);
        return pc + 1;
      }
      case 0x109, 0x10A, 0x10B, 0x10C -> {
        select(s, d, a, b, third);
        return pc + 1;
      }
      case 0x10D, 0x10E -> VectorFloats.execute(0xE8 + number - 0x10D, s, d, a, b);
      case 0x10F, 0x110 -> VectorFloats.execute(0xF4 + number - 0x10F, s, d, a, b);
      case 0x111 -> VectorInts.execute(0x82, s, d, a, b);
      case 0x112 -> VectorWidths.relaxedDot(s, d, a, b);
      default -> {
        VectorWidths.relaxedDotAdd(s, d, a, b, third);
        return pc + 1;
      }
    }
    return pc;
  }

  // ---- lanes ----

  /** Bits of a lane of splat, extract_lane and replace_lane. */
  private static int width(int number) {
    return switch (number) {
      case 0x0F, 0x15, 0x16, 0x17 -> 8;
      case 0x10, 0x18, 0x19, 0x1A -> 16;
      case 0x11, 0x13, 0x1B, 0x1C, 0x1F, 0x20 -> 32;
      default -> 64;
    };
  }

  private static long splat(int number, long value) {
    return repeated(value, width(number));
  }

  private static long repeated(long value, int width) {
    return switch (width) {
      case 8 -> (value & 0xFF) * 0x0101010101010101L;
      case 16 -> (value & 0xFFFF) * 0x0001000100010001L;
      case 32 -> (value & 0xFFFFFFFFL) * 0x0000000100000001L;
      default -> value;
    };
  }

  /** A lane, zero-extended. */
  static long lane(long low, long high, int width, int lane) {
    int bit = lane * width;
    long half = bit < 64 ? low : high;
    return width == 64 ? half : (half >>> bit) & ((1L << width) - 1);
  }

  private static long extract(int number, long[] s, int a, int lane) {
    long value = lane(s[a], s[a + 1], width(number), lane);
    return switch (number) {
      case 0x15 -> (byte) value;
      case 0x18 -> (short) value;
      case 0x1B, 0x1F -> (int) value;
      default -> value;
    };
  }

  private static void replace(long[] s, int d, int a, long value, int width, int lane) {
    int bit = lane * width;
    long mask = width == 64 ? -1 : ((1L << width) - 1) << bit;
    long part = width == 64 ? value : value << bit;
    long low = s[a];
    long high = s[a + 1];
    if (bit < 64) {
      low = (low & ~mask) | (part & mask);
    } else {
      high = (high & ~mask) | (part & mask);
    }
    set(s, d, low, high);
  }

  private static void shuffle(long[] s, int d, int a, int b, long lanesLow, long lanesHigh) {
    long low = 0;
    long high = 0;
    for (int i = 0; i < 8; i++) {
      low |= source(s, a, b, (int) (lanesLow >>> (i * 8)) & 0xFF) << (i * 8);
      high |= source(s, a, b, (int) (lanesHigh >>> (i * 8)) & 0xFF) << (i * 8);
    }
    set(s, d, low, high);
  }

  private static long source(long[] s, int a, int b, int lane) {
    int from = lane < 16 ? a : b;
    return lane(s[from], s[from + 1], 8, lane & 15);
  }

  private static void swizzle(long[] s, int d, int a, int b) {
    long low = 0;
    long high = 0;
    for (int i = 0; i < 8; i++) {
      int from = (int) (s[b] >>> (i * 8)) & 0xFF;
      if (from < 16) {
        low |= lane(s[a], s[a + 1], 8, from) << (i * 8);
      }
      from = (int) (s[b + 1] >>> (i * 8)) & 0xFF;
      if (from < 16) {
        high |= lane(s[a], s[a + 1], 8, from) << (i * 8);
      }
    }
    set(s, d, low, high);
  }

  // ---- memory ----

  private void memory(int number, WasmMemory memory, long offset, int lane, int d, int a, int b) {
    long[] s = machine.slots;
    int length =
        switch (number) {
          case 0x00, 0x0B -> 16;
          case 0x07, 0x54, 0x58 -> 1;
          case 0x08, 0x55, 0x59 -> 2;
          case 0x09, 0x56, 0x5A, 0x5C -> 4;
          default -> 8;
        };
    int at = MemoryOps.place(memory, s[a], offset, length);
    byte[] bytes = memory.bytes;
    if (number == 0x0B) {
      MemoryOps.LONG.set(bytes, at, s[b]);
      MemoryOps.LONG.set(bytes, at + 8, s[b + 1]);
      memory.note(at, length);
      return;
    }
    if (number >= 0x58 && number <= 0x5B) {
      AtomicOps.write(memory, at, length, lane(s[b], s[b + 1], length * 8, lane));
      return;
    }
    long value = AtomicOps.read(bytes, at, Math.min(length, 8));
    switch (number) {
      case 0x00 -> set(s, d, value, (long) MemoryOps.LONG.get(bytes, at + 8));
      case 0x01, 0x02 -> VectorWidths.extend(s, d, value, 8, number == 0x01);
      case 0x03, 0x04 -> VectorWidths.extend(s, d, value, 16, number == 0x03);
      case 0x05, 0x06 -> VectorWidths.extend(s, d, value, 32, number == 0x05);
      case 0x07, 0x08, 0x09, 0x0A -> {
        long half = repeated(value, length * 8);
        set(s, d, half, half);
      }
      case 0x5C, 0x5D -> set(s, d, value, 0);
      default -> replace(s, d, b, value, length * 8, lane);
    }
  }
}
