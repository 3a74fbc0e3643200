package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.bench.faults.Flow.Escapes;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A difference in one function, and all differences that it makes in frames and in callees: all
 * must be harmless. Each is followed once, so one that makes itself again needs no other proof.
 */
final class Proof implements Escapes {
  /** A local that differs where a function restores it, or, of a callee, at its head. */
  private record Task(int function, int local, boolean restored, @Nullable Set<Long> sites) {}

  private final Subject subject;
  private final Equivalence equivalence;
  private final Set<Task> known = new HashSet<>();
  private final Deque<Task> work = new ArrayDeque<>();
  private Equal why = Equal.DEAD_VALUE;
  private boolean harmless = true;
  private long @Nullable [] numbers;

  Proof(Subject subject, Equivalence equivalence) {
    this.subject = subject;
    this.equivalence = equivalence;
  }

  /** Has it know which two numbers a differing site's number is. */
  Proof between(long one, long two) {
    numbers = new long[] {one, two};
    return this;
  }

  /** Adds what may differ before an instruction, in each mode in which paths lead there. */
  void add(Body around, int place, List<Difference> differences) {
    Flow flow = equivalence.flow(around, this, false);
    differences.forEach(difference -> flow.add(place, difference));
    harmless = harmless && flow.run();
  }

  /** Why all is harmless; null if it isn't. */
  @Nullable Equal why() {
    while (harmless && !work.isEmpty()) {
      harmless = run(work.poll());
    }
    return harmless ? why : null;
  }

  private boolean run(Task task) {
    Body body = equivalence.body(task.function());
    return task.restored() ? isHarmlessFrame(task, body) : isHarmlessArgument(task, body);
  }

  private boolean isHarmlessFrame(Task task, Body body) {
    Flow flow = equivalence.flow(body, this, true).restoring(task.local(), task.sites());
    flow.add(0, Difference.entry(Mode.REWINDING, body));
    return isRestored(body, task.local()) && flow.run();
  }

  private boolean isRestored(Body body, int local) {
    boolean found = false;
    for (int i = 0; i < body.size(); i++) {
      Instruction at = body.at(i);
      boolean writes = at.is(Opcodes.LOCAL_SET) || at.is(Opcodes.LOCAL_TEE);
      found |= writes && at.index() == local && subject.isRestored(body, i);
    }
    return found;
  }

  private boolean isHarmlessArgument(Task task, Body body) {
    for (int i = 0; i + 1 < body.size(); i++) {
      Instruction at = body.at(i);
      if (at.is(Opcodes.IF) && subject.isStateRead(body.near(i - 1))) {
        Difference differs = Difference.entry(Mode.REWINDING, body);
        differs.setLocal(task.local(), true);
        Flow flow = equivalence.flow(body, this, false);
        flow.add(i + 1, differs);
        return flow.run();
      }
      if (!at.is(Opcodes.BLOCK) && !subject.isStateRead(at)) {
        return false; // no head
      }
    }
    return false;
  }

  private boolean add(Task task, Equal reason) {
    why = reason;
    if (known.add(task)) {
      work.add(task);
    }
    return true;
  }

  @Override
  public boolean saved(Body body, int local, @Nullable Set<Long> sites) {
    return add(new Task(equivalence.restorer(body), local, true, sites), Equal.DEAD_SAVE);
  }

  @Override
  public boolean ignored(int function, int parameter) {
    return function >= subject.module().importedFunctionCount()
        && add(new Task(function, parameter, false, null), Equal.IGNORED_ARGUMENT);
  }

  @Override
  public boolean numbered(Body body) {
    Body restorer = equivalence.body(equivalence.restorer(body));
    boolean isSame =
        numbers != null
            && new NumberEquivalence(subject, equivalence, restorer).isSame(numbers[0], numbers[1]);
    why = isSame ? Equal.SAME_SITE : why;
    return isSame;
  }
}
