package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.wasm.code.Opcodes;
import java.util.HashSet;
import java.util.Set;

/**
 * Which entries of a dispatch's br_table can be selected: those of the numbers that the function
 * itself pushes. Numbers are the constants before the checks of its sites and those that its
 * handlers, which run while unwinding only, push.
 */
final class Selector {
  private final Subject subject;
  private final Body body;
  private final Flow paths;
  private final Set<Long> numbers = new HashSet<>();

  Selector(Subject subject, Body body, Flow paths) {
    this.subject = subject;
    this.body = body;
    this.paths = paths;
    for (int i = 0; i + 1 < body.size(); i++) {
      if (body.at(i).isAdded() && body.at(i).is(Opcodes.I32_CONST) && isNumber(i)) {
        numbers.add(body.at(i).literal());
      }
    }
  }

  /** Every number that the function pushes. */
  Set<Long> numbers() {
    return numbers;
  }

  /** Whether a constant is a site's number. */
  boolean isNumber(int i) {
    if (subject.sites().siteAtCheck(body.at(i).start()) >= 0) {
      return true;
    }
    Instruction next = body.at(i + 1);
    boolean isSize =
        subject.isAddedCall(next) && (!subject.isPush(next) || subject.isRoomCheck(next));
    return !isSize
        && !ConstantOperators.isResult(body, i)
        && paths.at(i).stream().allMatch(one -> one.mode() == Mode.UNWINDING);
  }

  /**
   * Whether an entry may be selected.
   *
   * @param table the instruction
   * @param entry the last one is the default's
   * @param entries how many there are
   */
  boolean maySelect(int table, int entry, int entries) {
    int operand = table - 1;
    if (body.near(operand).is(Opcodes.LOCAL_SET)) {
      operand -= 2; // the number is cleared behind its read
    }
    long first = 0;
    if (operand > 1 && body.at(operand).is(Opcodes.I32_SUB)) {
      first = body.at(operand - 1).literal();
      operand -= 2;
    }
    if (operand < 0 || entry == entries - 1 || !isPopped(operand)) {
      return true;
    }
    return numbers.contains(first + entry);
  }

  /** Whether an operand is what was popped, and nothing else. */
  private boolean isPopped(int operand) {
    Instruction at = body.at(operand);
    boolean isRead = at.is(Opcodes.LOCAL_GET);
    boolean isTee = at.is(Opcodes.LOCAL_TEE) && subject.isRestored(body, operand);
    return (isRead || isTee)
        && paths.at(operand).stream()
            .allMatch(one -> one.mode() == Mode.REWINDING && (isTee || one.isPopped(at.index())));
  }
}
