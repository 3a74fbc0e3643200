package dev.bysync.bench.faults;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;

/** Faults at branches, labels, returns and traps. */
final class BranchOperators {
  /** Entries of a br_table that get faults of their own: of longer ones every second or more. */
  private static final int MOST_ENTRIES = 64;

  private final Subject subject;

  BranchOperators(Subject subject) {
    this.subject = subject;
  }

  void at(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    label(body, i, faults);
    switch (at.opcode()) {
      case Opcodes.BR -> faults.replace(Kind.BRANCH_DROPPED, new Code());
      case Opcodes.BR_IF -> {
        faults.replace(Kind.BRANCH_DROPPED, new Code().op(Opcodes.DROP));
        faults.replace(Kind.BRANCH_ALWAYS, new Code().op(Opcodes.BR, at.index()));
        condition(at, faults);
      }
      case Opcodes.IF -> condition(at, faults);
      case Opcodes.BR_TABLE -> table(at, faults);
      case Opcodes.RETURN -> {
        faults.replace(Kind.RETURN_DROPPED, new Code());
        faults.replace(Kind.RETURN_TRAPS, new Code().op(Opcodes.UNREACHABLE));
      }
      case Opcodes.UNREACHABLE -> faults.replace(Kind.TRAP_DROPPED, new Code());
      case Opcodes.BLOCK -> turn(at, Opcodes.LOOP, faults);
      case Opcodes.LOOP -> turn(at, Opcodes.BLOCK, faults);
      case Opcodes.END -> {
        if (i + 1 < body.size() && !Operators.isNesting(body.at(i + 1))) {
          faults.swap(Kind.LABEL_MOVED, i);
        }
        if (i > 0 && !Operators.isNesting(body.at(i - 1)) && i + 1 < body.size()) {
          faults.swap(Kind.LABEL_MOVED, i - 1);
        }
      }
      default -> {}
    }
  }

  /** Another depth: the neighbours, and the outermost. */
  void label(Body body, int i, Faults faults) {
    Instruction at = body.at(i);
    if (Opcodes.immediate(at.opcode()) != Immediate.LABEL) {
      return;
    }
    int depth = body.depth(i);
    for (int other : new int[] {at.index() - 1, at.index() + 1, depth - 2, 0}) {
      if (other >= 0 && other < depth) {
        faults.replace(Kind.BRANCH_DEPTH, new Code().op(at.opcode(), other));
      }
    }
  }

  private void condition(Instruction at, Faults faults) {
    byte[] bytes = subject.bytes();
    faults.replace(Kind.EQZ_ADDED, new Code().op(Opcodes.I32_EQZ).raw(bytes, at.start(), at.end()));
    for (int value = 0; value < 2; value++) {
      faults.replace(
          Kind.CONDITION_FIXED,
          new Code().op(Opcodes.DROP).i32(value).raw(bytes, at.start(), at.end()));
    }
  }

  private void turn(Instruction at, int opcode, Faults faults) {
    faults.replace(
        Kind.LABEL_TURNED, new Code().op(opcode).raw(subject.bytes(), at.start() + 1, at.end()));
  }

  private void table(Instruction at, Faults faults) {
    CodeReader reader = new CodeReader(subject.bytes(), at.start(), at.end());
    reader.next();
    int[] labels = new int[reader.listSize()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = reader.list(k);
    }
    int[] shifted = labels.clone();
    System.arraycopy(labels, 0, shifted, 1, labels.length - 1);
    faults.replace(Kind.TABLE_SHIFTED, table(shifted));
    int step = 1 + labels.length / MOST_ENTRIES;
    for (int k = 0; k + 1 < labels.length; k += step) {
      if (labels[k] != labels[k + 1]) {
        int[] swapped = labels.clone();
        swapped[k] = labels[k + 1];
        swapped[k + 1] = labels[k];
        faults.replace(Kind.TABLE_SWAPPED, table(swapped));
        int[] copied = labels.clone();
        copied[k] = labels[k + 1];
        faults.replace(Kind.TABLE_ENTRY, table(copied));
      }
    }
  }

  private static Code table(int[] labels) {
    Code code = new Code().op(Opcodes.BR_TABLE).u32(labels.length - 1);
    for (int label : labels) {
      code.u32(label);
    }
    return code;
  }
}
