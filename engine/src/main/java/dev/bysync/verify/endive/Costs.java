package dev.bysync.verify.endive;

import run.endive.wasm.types.OpCode;

/** What instructions cost beyond the one unit of fuel that each costs. */
final class Costs {
  static final byte NONE = 0;

  /** One unit for every 64 bytes, the length being the topmost operand. */
  static final byte BYTES = 1;

  /** One unit for every element, the number being the topmost operand. */
  static final byte ELEMENTS = 2;

  /** 128 units for every page, their number being the topmost operand. */
  static final byte PAGES = 3;

  /** As {@link #ELEMENTS}, for what allocates them anew. */
  static final byte ALLOCATION = 4;

  /** One unit for every field of the structure that is allocated: up to 10,000 of them. */
  static final byte STRUCTURE = 5;

  /** Waits for another thread. */
  static final byte WAIT = 6;

  /** By opcode, prefix and number in one: at most 16 bits. */
  private static final byte[] COSTS = new byte[1 << 16];

  static {
    for (OpCode opcode : OpCode.values()) {
      COSTS[opcode.opcode()] =
          switch (opcode) {
            case MEMORY_FILL, MEMORY_COPY, MEMORY_INIT -> BYTES;
            case TABLE_FILL, TABLE_COPY, TABLE_INIT -> ELEMENTS;
            case ARRAY_FILL, ARRAY_COPY, ARRAY_INIT_DATA, ARRAY_INIT_ELEM -> ELEMENTS;
            case MEMORY_GROW -> PAGES;
            case TABLE_GROW -> ALLOCATION;
            case ARRAY_NEW, ARRAY_NEW_DEFAULT, ARRAY_NEW_DATA, ARRAY_NEW_ELEM -> ALLOCATION;
            case STRUCT_NEW, STRUCT_NEW_DEFAULT -> STRUCTURE;
            case MEM_ATOMIC_WAIT32, MEM_ATOMIC_WAIT64 -> WAIT;
            default -> NONE;
          };
    }
  }

  private Costs() {}

  static byte of(OpCode opcode) {
    return COSTS[opcode.opcode() & 0xFFFF];
  }
}
