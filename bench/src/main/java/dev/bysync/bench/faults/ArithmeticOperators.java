package dev.bysync.bench.faults;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;

/** Faults at comparisons, arithmetic, loads and stores. */
final class ArithmeticOperators {
  private static final int I64_EQ = 0x51;
  private static final int I64_GE_U = 0x5A;
  private static final int I32_GE_U = 0x4F;
  private static final int I32_AND = 0x71;
  private static final int I32_OR = 0x72;
  private static final int I32_SHR_U = 0x76;

  /** eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u: what is true when it is false. */
  private static final int[] NEGATED = {1, 0, 8, 9, 6, 7, 4, 5, 2, 3};

  /** The same, or true where both are equal if it isn't, and the other way round. */
  private static final int[] CHANGED = {0, 1, 6, 7, 8, 9, 2, 3, 4, 5};

  private final Subject subject;

  ArithmeticOperators(Subject subject) {
    this.subject = subject;
  }

  void at(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    int opcode = at.opcode();
    if (opcode == Opcodes.I32_EQZ) {
      faults.replace(Kind.EQZ_DROPPED, new Code());
    } else if (opcode >= Opcodes.I32_EQ && opcode <= I32_GE_U) {
      comparison(Opcodes.I32_EQ, opcode, faults);
    } else if (opcode >= I64_EQ && opcode <= I64_GE_U) {
      comparison(I64_EQ, opcode, faults);
    } else if (Opcodes.immediate(opcode) == Immediate.MEMARG) {
      access(at, faults);
    } else {
      int other = other(opcode);
      if (other >= 0) {
        faults.replace(Kind.OPERATOR_CHANGED, new Code().op(other));
      }
    }
  }

  private static void comparison(int first, int opcode, Faults faults) {
    faults.replace(Kind.COMPARISON_NEGATED, new Code().op(first + NEGATED[opcode - first]));
    faults.replace(Kind.COMPARISON_CHANGED, new Code().op(first + CHANGED[opcode - first]));
  }

  private static int other(int opcode) {
    return switch (opcode) {
      case Opcodes.I32_ADD -> Opcodes.I32_SUB;
      case Opcodes.I32_SUB -> Opcodes.I32_ADD;
      case Opcodes.I64_ADD -> Opcodes.I64_SUB;
      case Opcodes.I64_SUB -> Opcodes.I64_ADD;
      case I32_OR -> I32_AND;
      case Opcodes.I32_SHL -> I32_SHR_U;
      default -> -1;
    };
  }

  private void access(Instruction at, Faults faults) {
    for (long offset : new long[] {at.literal() + 4, at.literal() - 4, at.literal() + 1}) {
      if (offset >= 0) {
        faults.replace(Kind.ACCESS_OFFSET, access(at, at.opcode(), offset));
      }
    }
    for (int narrow : narrow(at.opcode())) {
      faults.replace(Kind.ACCESS_WIDTH, access(at, narrow, at.literal()));
    }
  }

  /** The same with another opcode and offset, without a claim of alignment. */
  private Code access(Instruction at, int opcode, long offset) {
    CodeReader reader = new CodeReader(subject.bytes(), at.start(), at.end());
    reader.next();
    Code code = new Code().op(opcode);
    if (reader.index() > 0) {
      code.u8(0x40).u32(reader.index()); // bit 6: a memory follows (specification 5.4.6)
    } else {
      code.u8(0);
    }
    return code.u64(offset);
  }

  private static int[] narrow(int opcode) {
    return switch (opcode) {
      case Opcodes.I32_LOAD -> new int[] {0x2D, 0x2F};
      case Opcodes.I64_LOAD -> new int[] {0x31, 0x35};
      case Opcodes.I32_STORE -> new int[] {0x3A, 0x3B};
      case Opcodes.I64_STORE -> new int[] {0x3C, 0x3E};
      default -> new int[0];
    };
  }
}
