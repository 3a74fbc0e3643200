package dev.bysync.bench.faults;

import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All places at which a fault could be planted: every added instruction, every exported control
 * function and every added global.
 */
final class Places {
  private final Subject subject;
  private final Operators operators;
  private final IntArray bodies = new IntArray();
  private final IntArray instructions = new IntArray();
  private final List<List<Mutant>> outside;

  /** By place: the kinds of faults that it can have; equal sets are one. */
  private final List<Set<Kind>> kinds = new ArrayList<>();

  private final Map<Set<Kind>, Set<Kind>> known = new HashMap<>();

  Places(Subject subject) {
    this.subject = subject;
    operators = new Operators(subject);
    for (int body = 0; body < subject.module().bodyCount(); body++) {
      Body decoded = subject.bodyAt(body);
      for (int i = 0; i < decoded.size(); i++) {
        if (decoded.at(i).origin() != Instruction.Origin.COPIED) {
          note(operators.at(decoded, i));
          bodies.add(body);
          instructions.add(i);
        }
      }
    }
    outside = new ModuleFaults(subject).places();
    outside.forEach(this::note);
  }

  private void note(List<Mutant> mutants) {
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    for (Mutant mutant : mutants) {
      found.add(mutant.kind());
    }
    kinds.add(known.computeIfAbsent(found, same -> same));
  }

  int size() {
    return bodies.size() + outside.size();
  }

  /** All faults at a place. */
  List<Mutant> at(int place) {
    if (place >= bodies.size()) {
      return new ArrayList<>(outside.get(place - bodies.size()));
    }
    return operators.at(subject.bodyAt(bodies.get(place)), instructions.get(place));
  }

  /** The places with a fault of a kind. */
  int[] of(Kind kind) {
    IntArray found = new IntArray();
    for (int place = 0; place < size(); place++) {
      if (kinds.get(place).contains(kind)) {
        found.add(place);
      }
    }
    return found.toArray();
  }
}
