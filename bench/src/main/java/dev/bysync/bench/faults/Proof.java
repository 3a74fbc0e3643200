package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.bench.faults.Flow.Escapes;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A difference in one function, and all differences that it makes in frames and in callees: all
 * must be harmless. Each is followed once, so one that makes itself again needs no other proof.
 */
final class Proof implements Escapes {
  /** A local that differs where a function restores it, or, of a callee, at its head. */
  private record Task(int function, int local, boolean restored) {}

  private final Subject subject;
  private final Equivalence equivalence;
  private final Set<Task> known = new HashSet<>();
  private final Deque<Task> work = new ArrayDeque<>();
  private Equal why = Equal.DEAD_VALUE;
  private boolean harmless = true;

  Proof(Subject subject, Equivalence equivalence) {
    this.subject = subject;
    this.equivalence = equivalence;
  }

  /** Adds a difference before an instruction. */
  void add(Body around, int place, Difference difference) {
    Flow flow = equivalence.flow(around, this, false);
    flow.add(place, difference);
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
    Flow flow = equivalence.flow(body, this, false);
    boolean found = false;
    Difference differs =
        task.restored() ? Difference.none(Mode.REWINDING) : Difference.entry(Mode.REWINDING, body);
    differs.setLocal(task.local(), true);
    for (int i = 0; i + 1 < body.size() && (task.restored() || !found); i++) {
      Instruction at = body.at(i);
      if (task.restored()) {
        boolean writes = at.is(Opcodes.LOCAL_SET) || at.is(Opcodes.LOCAL_TEE);
        if (writes && at.index() == task.local() && subject.isRestored(body, i)) {
          Difference after = differs.copy();
          if (at.is(Opcodes.LOCAL_TEE)) {
            after.addOperand(equivalence.typing(body).height(i + 1) - 1, Difference.NO_LOCAL);
          }
          flow.add(i + 1, after);
          found = true;
        }
      } else if (at.is(Opcodes.IF) && subject.isStateRead(body.near(i - 1))) {
        flow.add(i + 1, differs);
        found = true;
      } else if (!at.is(Opcodes.BLOCK) && !subject.isStateRead(at)) {
        return false; // no head
      }
    }
    return found && flow.run();
  }

  private boolean add(Task task, Equal reason) {
    why = reason;
    if (known.add(task)) {
      work.add(task);
    }
    return true;
  }

  @Override
  public boolean saved(Body body, int local) {
    return add(new Task(equivalence.restorer(body), local, true), Equal.DEAD_SAVE);
  }

  @Override
  public boolean ignored(int function, int parameter) {
    return function >= subject.module().importedFunctionCount()
        && add(new Task(function, parameter, false), Equal.IGNORED_ARGUMENT);
  }
}
