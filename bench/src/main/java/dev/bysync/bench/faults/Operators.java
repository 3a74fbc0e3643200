package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import java.util.List;

/**
 * All faults that can be planted at an added instruction. Whether a mutant is valid the validator
 * says afterwards, so that no rule of types is written down twice.
 */
final class Operators {
  private final Subject subject;
  private final LocalOperators locals;
  private final ConstantOperators constants;
  private final StateOperators states;
  private final BranchOperators branches;
  private final ArithmeticOperators arithmetic;
  private final CallOperators calls;

  Operators(Subject subject) {
    this.subject = subject;
    locals = new LocalOperators(subject);
    constants = new ConstantOperators(subject);
    states = new StateOperators(subject);
    branches = new BranchOperators(subject);
    arithmetic = new ArithmeticOperators(subject);
    calls = new CallOperators(subject);
  }

  /** The faults at an instruction; none if it was copied. */
  List<Mutant> at(Body body, int i) {
    Faults faults = new Faults(body, i, subject.bytes());
    switch (body.at(i).origin()) {
      case COPIED -> {}
      case RELABELLED -> branches.label(body, i, faults);
      case ADDED -> {
        locals.at(body, i, faults);
        constants.at(body, i, faults);
        states.at(body, i, faults);
        branches.at(body, i, faults);
        arithmetic.at(body, i, faults);
        calls.at(body, i, faults);
        any(body, i, faults);
      }
    }
    return faults.found();
  }

  private void any(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    if (isNesting(at) || at.is(Opcodes.RETURN) || at.is(Opcodes.UNREACHABLE)) {
      return;
    }
    if (!at.is(Opcodes.LOCAL_TEE) && !at.is(Opcodes.I32_EQZ) && !at.is(Opcodes.BR)) {
      faults.replace(Kind.DELETED, new Code());
    }
    Instruction next = body.near(i + 1);
    boolean known = at.opcode() == next.opcode() && Opcodes.immediate(at.opcode()) == LOCAL;
    if (next.isAdded() && !isNesting(next) && !known) {
      faults.swap(Kind.SWAPPED, i);
    }
  }

  private static final Immediate LOCAL = Immediate.LOCAL;

  /** Whether an instruction opens, continues or ends a block. */
  static boolean isNesting(Instruction at) {
    return switch (at.opcode()) {
      case Opcodes.BLOCK,
          Opcodes.LOOP,
          Opcodes.IF,
          Opcodes.ELSE,
          Opcodes.TRY,
          Opcodes.TRY_TABLE,
          Opcodes.CATCH,
          Opcodes.CATCH_ALL,
          Opcodes.DELEGATE,
          Opcodes.END ->
          true;
      default -> false;
    };
  }
}
