package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.bench.faults.Walk.State;
import dev.bysync.wasm.code.Opcodes;
import java.util.List;
import java.util.Map;

/**
 * Decides whether a function that is rewound does the same with one number on top of its frame as
 * with another: it comes to the same place for both, and what differs there (the number's local) is
 * harmless. Most often a dispatch's default takes both.
 */
final class NumberEquivalence {
  private final Subject subject;
  private final Equivalence equivalence;
  private final Body body;

  /**
   * @param body the one that is rewound
   */
  NumberEquivalence(Subject subject, Equivalence equivalence, Body body) {
    this.subject = subject;
    this.equivalence = equivalence;
    this.body = body;
  }

  /** Whether both numbers do the same. */
  boolean isSame(long one, long two) {
    if (body.hasTry() || looksAtNumbers()) {
      return false;
    }
    List<State> first = walk(one).states();
    List<State> second = walk(two).states();
    for (int i = first.size() - 1; i > 0; i--) {
      for (int k = second.size() - 1; k > 0; k--) {
        State a = first.get(i);
        State b = second.get(k);
        if (a.place() == b.place()
            && a.place() < body.size()
            && a.effects().equals(b.effects())
            && a.stack().size() == b.stack().size()) {
          return isHarmless(a, b);
        }
      }
    }
    return false;
  }

  private Walk walk(long number) {
    Typing typing = equivalence.typing(body);
    Symbols symbols = new Symbols(List.of());
    symbols.assumeTruth("G" + subject.state() + "@0", true);
    StackHelpers helpers = equivalence.helpers();
    PushLayout pushes = new PushLayout(helpers, new Room(subject.bytes(), body, typing, helpers));
    return new Walk(subject, subject.bytes(), body, typing, symbols, pushes)
        .popping(number)
        .from(0, Map.of());
  }

  private boolean isHarmless(State a, State b) {
    Difference difference = Difference.none(Mode.REWINDING);
    for (int i = 0; i < a.stack().size(); i++) {
      if (!a.stack().get(i).equals(b.stack().get(i))) {
        difference.addOperand(i, Difference.NO_LOCAL);
      }
    }
    for (int local = 0; local < body.localCount(); local++) {
      difference.setLocal(local, !a.local(local).equals(b.local(local)));
    }
    if (difference.isEmpty()) {
      return true;
    }
    Proof proof = new Proof(subject, equivalence);
    proof.add(body, a.place(), List.of(difference));
    return proof.why() != null;
  }

  /** Whether a function looks at the number on top of a frame of another: see tail calls. */
  private boolean looksAtNumbers() {
    for (int number = 0; number < subject.module().bodyCount(); number++) {
      if (subject.isAdded(number + subject.module().importedFunctionCount())) {
        Body helper = subject.bodyAt(number);
        int last = helper.size() - 2;
        if (last >= 1
            && helper.paramCount() == 0
            && helper.at(last).is(Opcodes.I32_LOAD)
            && (helper.at(last - 1).is(Opcodes.I32_SUB)
                || helper.at(last - 1).is(Opcodes.I64_SUB))) {
          return true;
        }
      }
    }
    return false;
  }
}
