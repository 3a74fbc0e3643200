package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.wasm.code.Opcodes;

/** What conditions of a body say of the state and of locals, and which of them are known. */
final class Conditions {
  private static final int I32_GE_U = 0x4F;

  private final Subject subject;
  private final Body body;

  Conditions(Subject subject, Body body) {
    this.subject = subject;
    this.body = body;
  }

  /** Whether an instruction is a zero. */
  boolean isZero(int i) {
    return i >= 0 && body.at(i).is(Opcodes.I32_CONST) && body.at(i).literal() == 0;
  }

  /** Whether the condition of an {@code if} or {@code br_if} may be true or false. */
  boolean mayBe(int i, Difference now, boolean isTrue) {
    if (isState(i)) {
      boolean isSet = now.mode() == Mode.REWINDING || now.mode() == Mode.UNWINDING;
      return isTrue ? now.mode() != Mode.NORMAL : !isSet;
    }
    boolean isFalse = isZeroLocal(i - 1, now) || isAtLeast(i, now);
    return !(isTrue && isFalse);
  }

  private boolean isZeroLocal(int i, Difference now) {
    return i >= 0 && body.at(i).is(Opcodes.LOCAL_GET) && now.isZero(body.at(i).index());
  }

  /** Whether it asks if a zero is at least some other number. */
  private boolean isAtLeast(int i, Difference now) {
    return i > 2
        && body.at(i - 1).is(I32_GE_U)
        && body.at(i - 2).is(Opcodes.I32_CONST)
        && body.at(i - 2).literal() > 0
        && isZeroLocal(i - 3, now);
  }

  /** What is known, and may differ, when the condition is true or false. */
  Difference when(int i, Difference now, boolean isTrue) {
    Difference then = now.copy();
    if (isState(i)) {
      return then.in(mode(i, now.mode(), isTrue));
    }
    if (!isTrue && i > 0 && body.at(i - 1).is(Opcodes.LOCAL_GET)) {
      then.know(body.at(i - 1).index(), true, false);
    }
    return then;
  }

  private boolean isState(int i) {
    return i > 0 && subject.isStateRead(body.at(i - 1));
  }

  private Mode mode(int i, Mode mode, boolean isTrue) {
    if (!isTrue) {
      return Mode.NORMAL;
    }
    if (isCheck(i - 1) || isCheck(i - 2)) {
      return Mode.UNWINDING;
    }
    return isHead(i) ? Mode.REWINDING : mode;
  }

  private boolean isCheck(int i) {
    return i >= 0 && subject.sites().siteAtCheck(body.at(i).start()) >= 0;
  }

  /** Whether nothing but openings of blocks and the read of the state comes before. */
  private boolean isHead(int i) {
    for (int before = 0; before < i - 1; before++) {
      if (!body.at(before).is(Opcodes.BLOCK)) {
        return false;
      }
    }
    return true;
  }
}
