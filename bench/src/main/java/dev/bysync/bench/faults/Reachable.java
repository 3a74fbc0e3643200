package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.BitSet;

/**
 * Functions that can be called at all: those that exports, segments and initial values mention, the
 * start function, and what these call or refer to.
 */
final class Reachable {
  private final BitSet reached;

  Reachable(Subject subject) {
    Module module = subject.module();
    reached = module.declaredFunctions();
    if (module.startFunction() >= 0) {
      reached.set(module.startFunction());
    }
    BitSet work = (BitSet) reached.clone();
    while (!work.isEmpty()) {
      int function = work.nextSetBit(0);
      work.clear(function);
      int number = function - module.importedFunctionCount();
      if (number >= 0) {
        follow(subject.bodyAt(number), work);
      }
    }
  }

  private void follow(Body body, BitSet work) {
    for (int i = 0; i < body.size(); i++) {
      Instruction at = body.at(i);
      if ((at.is(Opcodes.CALL) || at.is(Opcodes.RETURN_CALL) || at.is(Opcodes.REF_FUNC))
          && !reached.get(at.index())) {
        reached.set(at.index());
        work.set(at.index());
      }
    }
  }

  boolean isReachable(int function) {
    return reached.get(function);
  }
}
