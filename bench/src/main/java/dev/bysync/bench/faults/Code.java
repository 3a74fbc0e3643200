package dev.bysync.bench.faults;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;

/** Encodes the few instructions that mutants are made of. */
final class Code {
  private final ByteSink out = new ByteSink();

  byte[] bytes() {
    return out.toByteArray();
  }

  /** An instruction without immediates. */
  Code op(int opcode) {
    int prefix = Opcodes.prefix(opcode);
    if (prefix != 0) {
      out.u8(prefix);
      out.u32(Opcodes.suffix(opcode));
    } else {
      out.u8(opcode);
    }
    return this;
  }

  /** An instruction with an index. */
  Code op(int opcode, int index) {
    op(opcode);
    out.u32(index);
    return this;
  }

  /** A constant of an integer type, by the opcode of its instruction. */
  Code constant(int opcode, long value) {
    op(opcode);
    out.s64(value);
    return this;
  }

  Code i32(int value) {
    return constant(Opcodes.I32_CONST, value);
  }

  Code raw(byte[] bytes, int from, int to) {
    out.bytes(bytes, from, to);
    return this;
  }

  Code u32(int value) {
    out.u32(value);
    return this;
  }

  Code u8(int value) {
    out.u8(value);
    return this;
  }

  Code u64(long value) {
    out.u64(value);
    return this;
  }

  /** Whether there is a {@link #zero} of a type. */
  static boolean hasZero(int type) {
    return ValType.isNumber(type) || (ValType.isRef(type) && ValType.isNullable(type));
  }

  /** Zero or null of a type that has it. */
  Code zero(int type) {
    switch (type) {
      case ValType.I32 -> constant(Opcodes.I32_CONST, 0);
      case ValType.I64 -> constant(Opcodes.I64_CONST, 0);
      case ValType.F32 -> {
        op(Opcodes.F32_CONST);
        out.fixed32(0);
      }
      case ValType.F64 -> {
        op(Opcodes.F64_CONST);
        out.fixed64(0);
      }
      case ValType.V128 -> {
        op(Opcodes.V128_CONST);
        out.fixed64(0);
        out.fixed64(0);
      }
      default -> {
        op(Opcodes.REF_NULL);
        ValType.writeHeap(out, ValType.heap(type));
      }
    }
    return this;
  }

  /** A value that is no zero of a number type; of others their {@link #zero}. */
  Code nonzero(int type) {
    switch (type) {
      case ValType.I32 -> constant(Opcodes.I32_CONST, 1);
      case ValType.I64 -> constant(Opcodes.I64_CONST, 1);
      case ValType.F32 -> {
        op(Opcodes.F32_CONST);
        out.fixed32(Float.floatToRawIntBits(1));
      }
      case ValType.F64 -> {
        op(Opcodes.F64_CONST);
        out.fixed64(Double.doubleToRawLongBits(1));
      }
      default -> zero(type);
    }
    return this;
  }
}
