package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.bench.faults.Flow.Escapes;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private int faulty = -1;
  private int fault;
  private final BitSet readAtFault = new BitSet();

  /** Of the functions asked for last. */
  private final Map<Integer, Flow> paths =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Flow> eldest) {
          return size() > 6;
        }
      };

  private @Nullable Reachable reachable;
  private @Nullable StackHelpers helpers;
  private @Nullable HelperEquivalence helperEquivalence;

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
    if (mutant.kind() == Kind.GLOBAL_OF_OTHER) {
      return null; // what it reads may be the program's, and that may not decide on anything
    }
    if (reachable == null) {
      reachable = new Reachable(subject);
    }
    if (!reachable.isReachable(around.function())) {
      return Equal.NEVER_CALLED;
    }
    note(around, first, mutant);
    Flow all = paths(around);
    boolean moves = mutant.kind() == Kind.LABEL_MOVED; // branches lead behind its end, not to it
    if (!moves && all.at(first).isEmpty()) {
      return Equal.UNREACHABLE;
    }
    Equal control =
        new ControlEquivalence(subject, around, typing(around), all, bytes).of(mutant, first);
    if (control != null) {
      return control;
    }
    Equal straight = new StraightEquivalence(subject, this, around, first, all).of(mutant, bytes);
    if (straight != null) {
      return straight;
    }
    return subject.isHelper(around)
        ? helperEquivalence().of(around, mutant, bytes)
        : new WalkEquivalence(subject, this, around, all, mutant, bytes).of(first);
  }

  private HelperEquivalence helperEquivalence() {
    HelperEquivalence known = helperEquivalence;
    if (known == null) {
      known = new HelperEquivalence(subject, this);
      helperEquivalence = known;
    }
    return known;
  }

  /** The good output's functions for its stack. */
  StackHelpers helpers() {
    StackHelpers known = helpers;
    if (known == null) {
      known = new StackHelpers(subject);
      helpers = known;
    }
    return known;
  }

  private Flow paths(Body body) {
    Flow known = paths.get(body.function());
    if (known == null) {
      known = followAll(body);
      paths.put(body.function(), known);
    }
    return known;
  }

  /** All paths from a body's entry; a twin is entered to be rewound only. */
  private Flow followAll(Body body) {
    boolean isTwin =
        subject.isAdded(body.function())
            && !subject.isHelper(body)
            && !subject.module().declaredFunctions().get(body.function());
    Flow all = flow(body, new NoEscapes(), true);
    all.add(0, Difference.entry(isTwin ? Mode.REWINDING : Mode.ANY, body));
    all.run();
    return all;
  }

  Typing typing(Body body) {
    return typings.computeIfAbsent(body.function(), function -> new Typing(subject.module(), body));
  }

  Body body(int function) {
    return bodies.computeIfAbsent(function, subject::body);
  }

  Flow flow(Body body, Escapes escapes, boolean all) {
    Flow flow = new Flow(subject, body, typing(body), escapes, all);
    return body.function() == faulty ? flow.avoiding(fault, readAtFault) : flow;
  }

  /**
   * Notes where the fault is, and what the mutant reads there: a difference that comes by there
   * again meets other code than the good output's, which alone is followed.
   */
  private void note(Body body, int first, Mutant mutant) {
    faulty = body.function();
    fault = first;
    readAtFault.clear();
    CodeReader code = new CodeReader(mutant.with(), 0, mutant.with().length);
    while (!code.atEnd()) {
      int opcode = code.next();
      if (opcode == Opcodes.LOCAL_GET) {
        readAtFault.set(code.index());
      }
    }
  }

  private record NoEscapes() implements Escapes {
    @Override
    public boolean saved(Body body, int local, @Nullable Set<Long> sites) {
      return false;
    }

    @Override
    public boolean numbered(Body body) {
      return false;
    }

    @Override
    public boolean ignored(int function, int parameter) {
      return false;
    }
  }

  /** The function that restores what a body pushes: itself, or its twin, which it calls. */
  int restorer(Body body) {
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
    int data = subject.data();
    return data >= 0 && subject.module().globals().get(data).initStart() == mutant.from();
  }
}
