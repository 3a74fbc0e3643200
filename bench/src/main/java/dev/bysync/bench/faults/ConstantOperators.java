package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;

/** Faults at constants: numbers of sites, sizes, states, results. */
final class ConstantOperators {
  private final Subject subject;

  ConstantOperators(Subject subject) {
    this.subject = subject;
  }

  void at(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    switch (at.opcode()) {
      case Opcodes.I32_CONST, Opcodes.I64_CONST -> integer(body, i, faults);
      case Opcodes.F32_CONST -> result(body, i, ValType.F32, faults);
      case Opcodes.F64_CONST -> result(body, i, ValType.F64, faults);
      default -> {}
    }
  }

  private void integer(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    Instruction next = body.near(i + 1);
    if (subject.sites().siteAtCheck(at.start()) >= 0 && subject.isStateRead(next)) {
      number(body, i, faults);
    } else if (next.is(Opcodes.GLOBAL_SET, subject.state())) {
      for (int state = 0; state < 3; state++) {
        faults.replace(Kind.STATE_WRONG, new Code().i32(state));
      }
    } else if (isSize(next)) {
      for (long size : new long[] {at.literal() + 4, at.literal() - 4, 0}) {
        faults.replace(Kind.SIZE_CHANGED, constant(at, size));
      }
    } else if (at.literal() == 0 && isResult(body, i)) {
      result(body, i, at.is(Opcodes.I32_CONST) ? ValType.I32 : ValType.I64, faults);
    } else {
      faults.replace(Kind.CONSTANT_OFF, constant(at, at.literal() + 1));
      faults.replace(Kind.CONSTANT_OFF, constant(at, at.literal() - 1));
      faults.replace(Kind.CONSTANT_ZEROED, constant(at, 0));
    }
  }

  private static Code constant(Instruction at, long value) {
    return new Code().constant(at.opcode(), at.is(Opcodes.I32_CONST) ? (int) value : value);
  }

  private void number(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    faults.replace(Kind.SITE_NUMBER_OFF, constant(at, at.literal() + 1));
    faults.replace(Kind.SITE_NUMBER_OFF, constant(at, at.literal() - 1));
    for (int step : new int[] {-1, 1}) {
      int other = i + step;
      while (other >= 0
          && other < body.size()
          && subject.sites().siteAtCheck(body.at(other).start()) < 0) {
        other += step;
      }
      if (other >= 0 && other < body.size() && body.at(other).is(Opcodes.I32_CONST)) {
        faults.replace(Kind.SITE_NUMBER_OF_OTHER, constant(at, body.at(other).literal()));
      }
    }
  }

  /** Whether a constant is what an added function of one parameter takes: a number of bytes. */
  private boolean isSize(Instruction next) {
    return subject.isAddedCall(next) && subject.params(next.index()) == 1;
  }

  /** Whether a constant is returned: only others and what ends blocks lie before the return. */
  static boolean isResult(Body body, int i) {
    int next = i + 1;
    while (next < body.size() && isConstant(body.at(next))) {
      next++;
    }
    return next == body.size() - 1 || (next < body.size() && body.at(next).is(Opcodes.RETURN));
  }

  private static boolean isConstant(Instruction at) {
    return at.isAdded() && at.opcode() >= Opcodes.I32_CONST && at.opcode() <= Opcodes.F64_CONST;
  }

  private static void result(Body body, int i, int type, Faults faults) {
    Kind kind = isResult(body, i) ? Kind.RESULT_NONZERO : Kind.CONSTANT_OFF;
    faults.replace(kind, new Code().nonzero(type));
  }
}
