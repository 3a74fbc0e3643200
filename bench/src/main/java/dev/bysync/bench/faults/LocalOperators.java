package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;

/** Faults at reads and writes of locals. */
final class LocalOperators {
  private final Subject subject;

  LocalOperators(Subject subject) {
    this.subject = subject;
  }

  void at(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    switch (at.opcode()) {
      case Opcodes.LOCAL_GET -> read(body, i, faults);
      case Opcodes.LOCAL_SET -> write(body, i, faults);
      case Opcodes.LOCAL_TEE -> {
        faults.replace(Kind.TEE_DROPPED, new Code());
        others(body, at, Kind.TEE_TO_OTHER, faults);
      }
      case Opcodes.DROP -> {
        for (int local = 0; local < body.localCount(); local++) { // of any type: most won't do
          if (local % 7 == i % 7 || body.localCount() < 8) {
            faults.replace(Kind.DROP_TO_LOCAL, new Code().op(Opcodes.LOCAL_SET, local));
          }
        }
      }
      default -> {}
    }
  }

  private void read(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    boolean saved = isSaved(body, i);
    int type = body.local(at.index());
    if (Code.hasZero(type)) {
      faults.replace(saved ? Kind.SAVE_ZEROED : Kind.READ_ZEROED, new Code().zero(type));
    }
    others(body, at, saved ? Kind.SAVE_OF_OTHER : Kind.READ_OF_OTHER, faults);
    Instruction next = body.near(i + 1);
    if (saved && isSameType(body, at, next)) {
      faults.swap(Kind.SAVES_SWAPPED, i);
    }
  }

  private void write(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    Code dropped = new Code().op(Opcodes.DROP);
    if (subject.isRestored(body, i)) {
      faults.replace(Kind.RESTORE_DROPPED, dropped);
      others(body, at, Kind.RESTORE_TO_OTHER, faults);
      Instruction next = body.near(i + 1);
      if (isSameType(body, at, next)) {
        faults.swap(Kind.RESTORES_SWAPPED, i);
      }
      return;
    }
    boolean clears = body.near(i - 1).is(Opcodes.I32_CONST) && body.near(i - 1).literal() == 0;
    faults.replace(clears ? Kind.CLEAR_DROPPED : Kind.WRITE_DROPPED, dropped);
    others(body, at, Kind.WRITE_TO_OTHER, faults);
  }

  private static boolean isSameType(Body body, Instruction at, Instruction next) {
    return next.isAdded()
        && next.is(at.opcode())
        && next.index() != at.index()
        && body.local(next.index()) == body.local(at.index());
  }

  /** The neighbours of the local among those of its type. */
  private static void others(Body body, Instruction at, Kind kind, Faults faults) {
    int type = body.local(at.index());
    for (int step : new int[] {-1, 1}) {
      int other = at.index() + step;
      while (other >= 0 && other < body.localCount() && body.local(other) != type) {
        other += step;
      }
      if (other >= 0 && other < body.localCount()) {
        faults.replace(kind, new Code().op(at.opcode(), other));
      }
    }
  }

  /** Whether what is read goes to a push: nothing but reads and added calls lies between. */
  private boolean isSaved(Body body, int i) {
    int next = i + 1;
    while (next < body.size() && (isRead(body.at(next)) || subject.isConversion(body.at(next)))) {
      next++;
    }
    return next < body.size() && subject.isPush(body.at(next));
  }

  private static boolean isRead(Instruction at) {
    return at.isAdded() && (at.is(Opcodes.LOCAL_GET) || at.is(Opcodes.I32_CONST));
  }
}
