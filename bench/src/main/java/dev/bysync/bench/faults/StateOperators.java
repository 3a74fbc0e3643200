package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module.Mutability;

/** Faults at globals, the state's above all. */
final class StateOperators {
  private final Subject subject;

  StateOperators(Subject subject) {
    this.subject = subject;
  }

  void at(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    if (at.is(Opcodes.GLOBAL_GET)) {
      if (subject.isStateRead(at)) {
        check(body, i, faults);
      }
      others(at, Kind.GLOBAL_OF_OTHER, faults);
    } else if (at.is(Opcodes.GLOBAL_SET)) {
      faults.replace(Kind.GLOBAL_WRITE_DROPPED, new Code().op(Opcodes.DROP));
      others(at, Kind.GLOBAL_TO_OTHER, faults);
    }
  }

  private static void check(Body body, int i, Faults faults) {
    boolean resumes = body.near(i + 1).is(Opcodes.IF);
    faults.replace(resumes ? Kind.RESUME_SKIPPED : Kind.CHECK_REMOVED, new Code().i32(0));
    faults.replace(resumes ? Kind.RESUME_ALWAYS : Kind.CHECK_ALWAYS, new Code().i32(1));
  }

  /** The neighbours of the global among those of its type. */
  private void others(Instruction at, Kind kind, Faults faults) {
    for (int step : new int[] {-1, 1}) {
      int other = at.index() + step;
      while (isGlobal(other) && !isAlike(at, other)) {
        other += step;
      }
      if (isGlobal(other)) {
        faults.replace(kind, new Code().op(at.opcode(), other));
      }
    }
  }

  private boolean isGlobal(int index) {
    return index >= 0 && index < subject.module().globals().size();
  }

  private boolean isAlike(Instruction at, int other) {
    var globals = subject.module().globals();
    return globals.get(other).type() == globals.get(at.index()).type()
        && (at.is(Opcodes.GLOBAL_GET) || globals.get(other).mutability() == Mutability.VAR);
  }
}
