package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;

/** Faults at added calls, tables and exceptions. */
final class CallOperators {
  private final Subject subject;

  CallOperators(Subject subject) {
    this.subject = subject;
  }

  void at(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    switch (at.opcode()) {
      case Opcodes.CALL -> {
        dropped(at, faults);
        others(at, faults);
      }
      case Opcodes.RETURN_CALL -> others(at, faults);
      case Opcodes.TABLE_GET -> lost(at, faults);
      case Opcodes.TABLE_SET ->
          faults.replace(Kind.SLOT_KEPT, new Code().op(Opcodes.DROP).op(Opcodes.DROP));
      case Opcodes.THROW, Opcodes.CATCH -> tags(at, faults);
      default -> {}
    }
  }

  /** Arguments are dropped, zeros left in place of results. */
  private void dropped(Instruction at, Faults faults) {
    Code code = new Code();
    for (int k = 0; k < subject.params(at.index()); k++) {
      code.op(Opcodes.DROP);
    }
    for (int k = 0; k < subject.results(at.index()); k++) {
      if (!Code.hasZero(subject.result(at.index(), k))) {
        return;
      }
      code.zero(subject.result(at.index(), k));
    }
    faults.replace(Kind.CALL_DROPPED, code);
  }

  /** The neighbours of the function among added ones of its type. */
  private void others(Instruction at, Faults faults) {
    Module module = subject.module();
    int type = module.types().canonical(module.functionType(at.index()));
    for (int step : new int[] {-1, 1}) {
      int other = at.index() + step;
      while (isFunction(other) && module.types().canonical(module.functionType(other)) != type) {
        other += step;
      }
      if (isFunction(other)) {
        faults.replace(Kind.CALL_OF_OTHER, new Code().op(at.opcode(), other));
      }
    }
  }

  private boolean isFunction(int index) {
    return index < subject.module().functionCount() && subject.isAdded(index);
  }

  private void lost(Instruction at, Faults faults) {
    int type = subject.module().tables().get(at.index()).type();
    if (ValType.isNullable(type)) {
      faults.replace(Kind.REFERENCE_LOST, new Code().op(Opcodes.DROP).zero(type));
    }
  }

  private void tags(Instruction at, Faults faults) {
    Module module = subject.module();
    for (int tag = 0; tag < module.tagCount(); tag++) {
      if (tag != at.index()
          && module.types().canonical(module.tagType(tag))
              == module.types().canonical(module.tagType(at.index()))) {
        faults.replace(Kind.TAG_OF_OTHER, new Code().op(at.opcode(), tag));
      }
    }
  }
}
