package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;

/**
 * Constant expressions (specification 3.4.13): the few instructions that initialise globals, tables
 * and segments.
 */
final class ConstExpr {
  private static final int END = 0x0B;
  private static final int REF_FUNC = 0xD2;
  private static final int GLOBAL_GET = 0x23;

  private ConstExpr() {}

  /**
   * Moves over an expression, its {@code end} included. Functions it refers to go to {@code refs}.
   */
  static void skip(ByteReader in, IntArray refs) {
    while (true) {
      int at = in.position();
      int opcode = in.u8();
      if (opcode == END) {
        return;
      }
      if (opcode == REF_FUNC) {
        refs.add(in.index());
      } else {
        skipImmediate(in, opcode, at);
      }
    }
  }

  private static void skipImmediate(ByteReader in, int opcode, int at) {
    switch (opcode) {
      case GLOBAL_GET -> in.index();
      case 0x41 -> in.s32();
      case 0x42 -> in.s64();
      case 0x43 -> in.skip(4);
      case 0x44 -> in.skip(8);
      case 0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E -> {} // add, sub, mul of i32 and i64
      case 0xD0 -> ValType.readHeap(in);
      case 0xFB -> skipAggregate(in, at);
      case 0xFD -> skipVector(in, at);
      default -> {
        if (isIllegal(opcode)) {
          throw new WasmException(Failure.MALFORMED, at, "illegal opcode %02x".formatted(opcode));
        }
        throw notConstant(at);
      }
    }
  }

  /** Whether no instruction has this byte. */
  private static boolean isIllegal(int opcode) {
    return switch (opcode) {
      case 0x16, 0x17, 0x1D, 0x1E, 0x27, 0xFF -> true;
      default ->
          (opcode >= 0xC5 && opcode <= 0xCF)
              || (opcode >= 0xD7 && opcode <= 0xDF)
              || (opcode >= 0xE7 && opcode <= 0xFA);
    };
  }

  private static void skipAggregate(ByteReader in, int at) {
    switch (in.u32()) {
      case 0, 1, 6, 7 -> in.index(); // struct.new, array.new and their defaults
      case 8 -> { // array.new_fixed
        in.index();
        in.index();
      }
      case 26, 27, 28 -> {} // any.convert_extern, extern.convert_any, ref.i31
      default -> throw notConstant(at);
    }
  }

  private static void skipVector(ByteReader in, int at) {
    if (in.u32() != 12) {
      throw notConstant(at);
    }
    in.skip(16);
  }

  private static WasmException notConstant(int at) {
    return new WasmException(Failure.INVALID, at, "constant expression required");
  }

  /** Copies an expression with function and global indices taken through maps. */
  static void copy(ByteReader in, ByteSink out, IndexMap map) {
    while (true) {
      int at = in.position();
      int opcode = in.u8();
      if (opcode == REF_FUNC) {
        out.u8(opcode);
        out.u32(map.function(in.index()));
        continue;
      }
      if (opcode == GLOBAL_GET) {
        out.u8(opcode);
        out.u32(map.global(in.index()));
        continue;
      }
      if (opcode != END) {
        skipImmediate(in, opcode, at);
      }
      out.bytes(in.bytes(), at, in.position());
      if (opcode == END) {
        return;
      }
    }
  }
}
