package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.bench.faults.Flow.Escapes;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a mutant is equal to the good output for all inputs, where it can. {@link Equal} has
 * the arguments. It looks at the two modules alone, never at what the verifier did, and what it
 * can't prove it leaves open.
 *
 * <p>What is taken for granted is Binaryen's ABI (a function is entered with a state other than 0
 * to be rewound only, and the host never asks for a result while unwinding), and that the
 * <em>good</em> output restores a local from where it pushed it.
 */
final class Equivalence {
  private final Subject subject;
  private final Map<Integer, Typing> typings = new HashMap<>();
  private final Map<Integer, Body> bodies = new HashMap<>();
  private @Nullable Reachable reachable;

  Equivalence(Subject subject) {
    this.subject = subject;
  }

  /** Why a mutant is equal for all inputs; null if that is not proved. */
  @Nullable Equal of(Mutant mutant, byte[] bytes) {
    Body around = subject.bodyAround(mutant.from());
    int first = around.indexOf(mutant.from());
    if (first < 0) {
      return mutant.kind() == Kind.GLOBAL_INITIAL && isDataInitial(mutant)
          ? Equal.BEFORE_USE
          : null;
    }
    if (reachable == null) {
      reachable = new Reachable(subject);
    }
    if (!reachable.isReachable(around.function())) {
      return Equal.NEVER_CALLED;
    }
    Flow paths = paths(around);
    if (paths.at(first).isEmpty()) {
      return Equal.UNREACHABLE;
    }
    Equal control =
        new ControlEquivalence(subject, around, typing(around), paths, bytes).of(mutant, first);
    return control != null ? control : straight(mutant, bytes, around, first, paths);
  }

  /** All paths from a body's entry; a twin is entered to be rewound only. */
  private Flow paths(Body body) {
    boolean isTwin =
        subject.isAdded(body.function())
            && !subject.isHelper(body)
            && !subject.module().declaredFunctions().get(body.function());
    Flow paths = flow(body, new NoEscapes(), true);
    paths.add(0, Difference.entry(isTwin ? Mode.REWINDING : Mode.ANY, body));
    paths.run();
    return paths;
  }

  private Typing typing(Body body) {
    return typings.computeIfAbsent(body.function(), function -> new Typing(subject, body));
  }

  private Body body(int function) {
    return bodies.computeIfAbsent(function, subject::body);
  }

  private Flow flow(Body body, Escapes escapes, boolean all) {
    return new Flow(subject, body, typing(body), escapes, all);
  }

  private record NoEscapes() implements Escapes {
    @Override
    public boolean saved(Body body, int local) {
      return false;
    }

    @Override
    public boolean ignored(int function, int parameter) {
      return false;
    }

    @Override
    public void unwound() {}
  }

  /** Compares the two forms as they are, then follows what differs behind them. */
  private @Nullable Equal straight(
      Mutant mutant, byte[] bytes, Body around, int first, Flow paths) {
    Straight good = new Straight(subject, subject.bytes(), mutant.from(), mutant.to());
    Straight other = new Straight(subject, bytes, mutant.from(), mutant.to() + mutant.growth());
    int behind = first;
    while (behind < around.size() && around.at(behind).start() < mutant.to()) {
      behind++;
    }
    if (!good.isKnown()
        || !other.isKnown()
        || !good.effects().equals(other.effects())
        || behind == around.size()
        || good.left() - good.taken() != other.left() - other.taken()) {
      return null;
    }
    Difference difference = difference(good, other, around, behind);
    if (difference.isEmpty()) {
      return Equal.SAME_EFFECT;
    }
    boolean calls = good.effects().stream().anyMatch(effect -> effect.startsWith("call"));
    Proof proof = new Proof();
    for (Difference before : paths.at(first)) {
      proof.add(around, behind, difference.in(calls ? Mode.ANY : before.mode()));
    }
    return proof.why();
  }

  /** What two forms leave differently. */
  private Difference difference(Straight good, Straight other, Body around, int behind) {
    Difference difference = Difference.none(Mode.ANY);
    int height = typing(around).height(behind);
    for (int i = 0; i < Math.max(good.left(), other.left()); i++) {
      if (!good.operand(i).equals(other.operand(i))) {
        difference.addOperand(height - 1 - i, origin(good, good.operand(i)));
      }
    }
    for (int local = 0; local < around.localCount(); local++) {
      difference.setLocal(local, !good.local(local).equals(other.local(local)));
    }
    return difference;
  }

  /** The local whose value a symbol is, or none. */
  private static int origin(Straight good, String symbol) {
    if (!symbol.startsWith("L")) {
      return Difference.NO_LOCAL;
    }
    int local = Integer.parseInt(symbol.substring(1));
    return good.writes(local) ? Difference.NO_LOCAL : local;
  }

  /**
   * A difference in one function, and all differences that it makes in frames and in callees: all
   * must be harmless. Each is followed once, so one that makes itself again needs no other proof.
   */
  private final class Proof implements Escapes {
    /** A local that differs where a function restores it, or, of a callee, at its head. */
    private record Task(int function, int local, boolean restored) {}

    private final Set<Task> known = new HashSet<>();
    private final Deque<Task> work = new ArrayDeque<>();
    private Equal why = Equal.DEAD_VALUE;
    private boolean harmless = true;

    /** Adds a difference before an instruction. */
    void add(Body around, int place, Difference difference) {
      Flow flow = flow(around, this, false);
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
      Body body = body(task.function());
      Flow flow = flow(body, this, false);
      boolean found = false;
      Difference differs =
          task.restored()
              ? Difference.none(Mode.REWINDING)
              : Difference.entry(Mode.REWINDING, body);
      differs.setLocal(task.local(), true);
      for (int i = 0; i + 1 < body.size() && (task.restored() || !found); i++) {
        Instruction at = body.at(i);
        if (task.restored()) {
          boolean writes = at.is(Opcodes.LOCAL_SET) || at.is(Opcodes.LOCAL_TEE);
          if (writes && at.index() == task.local() && subject.isRestored(body, i)) {
            Difference after = differs.copy();
            if (at.is(Opcodes.LOCAL_TEE)) {
              after.addOperand(typing(body).height(i + 1) - 1, Difference.NO_LOCAL);
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
      return add(new Task(restorer(body), local, true), Equal.DEAD_SAVE);
    }

    @Override
    public boolean ignored(int function, int parameter) {
      return function >= subject.module().importedFunctionCount()
          && add(new Task(function, parameter, false), Equal.IGNORED_ARGUMENT);
    }

    @Override
    public void unwound() {
      if (why == Equal.DEAD_VALUE) {
        why = Equal.UNWOUND_RESULT;
      }
    }
  }

  /** The function that restores what a body pushes: itself, or its twin, which it calls. */
  private int restorer(Body body) {
    for (int i = 0; i + 1 < body.size(); i++) {
      Instruction at = body.at(i);
      if (subject.isAddedCall(at)) {
        boolean isTwin = subject.params(at.index()) == 0 && body.near(i + 1).is(Opcodes.RETURN);
        return isTwin && !subject.isHelper(body(at.index())) ? at.index() : body.function();
      }
    }
    return body.function();
  }

  /** Whether a global's initial value is that of the structure's address, which is not exported. */
  private boolean isDataInitial(Mutant mutant) {
    Body start = body(subject.export("asyncify_start_unwind"));
    Instruction data = start.near(1);
    return start.near(0).is(Opcodes.LOCAL_GET, 0)
        && data.is(Opcodes.GLOBAL_SET)
        && subject.module().globals().get(data.index()).initStart() == mutant.from();
  }
}
