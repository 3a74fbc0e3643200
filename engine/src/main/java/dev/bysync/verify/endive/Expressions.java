package dev.bysync.verify.endive;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;

/** Moves over constant expressions (specification 3.4.10 and 5.4.9). */
final class Expressions {
  private static final int END = 0x0B;

  private Expressions() {}

  static void skip(ByteReader in) {
    for (int opcode = in.u8(); opcode != END; opcode = in.u8()) {
      switch (opcode) {
        case 0x23, 0xD2 -> in.u32(); // global.get, ref.func
        case 0x41 -> in.s32();
        case 0x42 -> in.s64();
        case 0x43 -> in.skip(4);
        case 0x44 -> in.skip(8);
        case 0xD0 -> in.s33();
        case 0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E -> {} // add, sub, mul
        case 0xFB -> gc(in);
        case 0xFD -> {
          in.u32(); // v128.const
          in.skip(16);
        }
        default -> throw unexpected(in, opcode);
      }
    }
  }

  private static void gc(ByteReader in) {
    int opcode = in.u32();
    switch (opcode) {
      case 0, 1, 6, 7 -> in.u32(); // struct.new, array.new
      case 8 -> {
        in.u32(); // array.new_fixed
        in.u32();
      }
      case 26, 27, 28 -> {} // conversions, ref.i31
      default -> throw unexpected(in, opcode);
    }
  }

  private static WasmException unexpected(ByteReader in, int opcode) {
    return new WasmException(
        Failure.INVALID,
        in.position(),
        "constant expression required, found opcode 0x" + Integer.toHexString(opcode));
  }
}
