package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** A decoded function body with the nesting of its blocks. */
final class Body {
  /** Stands for the body itself among openers. */
  static final int WHOLE = -1;

  private final int function;
  private final int[] locals;
  private final int params;
  private final Instruction[] code;
  private final int[] partners;
  private final int[] openers;

  /**
   * @param locals types of parameters and locals
   * @param params how many of them are parameters
   */
  Body(int function, int[] locals, int params, Instruction[] code) {
    this.function = function;
    this.locals = locals;
    this.params = params;
    this.code = code;
    partners = new int[code.length];
    openers = new int[code.length];
    nest();
  }

  private void nest() {
    Arrays.fill(partners, WHOLE);
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < code.length; i++) {
      openers[i] = open.isEmpty() ? WHOLE : open.peek();
      switch (code[i].opcode()) {
        case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE ->
            open.push(i);
        case Opcodes.END, Opcodes.DELEGATE -> {
          if (!open.isEmpty()) {
            partners[i] = open.pop();
            partners[partners[i]] = i;
          }
        }
        default -> {}
      }
    }
  }

  /** Index of the function in the output. */
  int function() {
    return function;
  }

  int size() {
    return code.length;
  }

  Instruction at(int i) {
    return code[i];
  }

  /** The instruction so many places on; a neutral one outside of the body. */
  Instruction near(int i) {
    return i >= 0 && i < code.length ? code[i] : code[code.length - 1];
  }

  /** The instruction at an offset, or a negative number. */
  int indexOf(int offset) {
    int low = 0;
    int high = code.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (code[middle].start() == offset) {
        return middle;
      }
      if (code[middle].start() < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** The {@code end} of what opens here, or what an {@code end} ends; {@link #WHOLE} for none. */
  int partner(int i) {
    return partners[i];
  }

  /** What opens around an instruction (for an {@code end}: what it ends), or {@link #WHOLE}. */
  int opener(int i) {
    return openers[i];
  }

  /** Number of labels in scope, the body's own included. */
  int depth(int i) {
    int depth = 1;
    for (int open = openers[i]; open != WHOLE; open = openers[open]) {
      depth++;
    }
    return depth;
  }

  /** What opens the label at a depth, or {@link #WHOLE}. */
  int label(int i, int depth) {
    int open = openers[i];
    for (int left = depth; left > 0 && open != WHOLE; left--) {
      open = openers[open];
    }
    return open;
  }

  /** Whether exceptions may be caught in it. */
  boolean hasTry() {
    for (Instruction at : code) {
      if (at.is(Opcodes.TRY) || at.is(Opcodes.TRY_TABLE)) {
        return true;
      }
    }
    return false;
  }

  int localCount() {
    return locals.length;
  }

  int local(int index) {
    return locals[index];
  }

  int paramCount() {
    return params;
  }
}
