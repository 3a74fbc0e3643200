package dev.bysync.interp;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import java.util.Arrays;

/**
 * Appends operations to a body's code, with the peephole that keeps operands out of their homes: an
 * operation's result goes straight into the local that takes it, and a comparison becomes part of
 * the branch that it decides.
 */
final class Assembler {
  private static final int MAX_SLOTS = (1 << 18) - 2;
  private static final int NONE = -1;

  final Operands operands = new Operands();
  private long[] words = new long[64];
  private int size;

  /** Where the last operation stands if all it does is to write a result into a home. */
  private int last = NONE;

  private int[] localSlots = {};
  private byte[] localCategories = {};

  void begin(int[] slots, byte[] categories, int base) {
    size = 0;
    last = NONE;
    localSlots = slots;
    localCategories = categories;
    operands.begin(slots.length, base);
  }

  int size() {
    return size;
  }

  long[] toArray() {
    if (size > Header.MAX_WORDS) {
      throw new WasmException(
          Failure.LIMIT, -1, "a body of more than " + Header.MAX_WORDS + " words");
    }
    return Arrays.copyOf(words, size);
  }

  /** The number of slots that the frame needs. */
  int frameSlots() {
    if (operands.maxSlots() > MAX_SLOTS) {
      throw new WasmException(Failure.LIMIT, -1, "a frame of more than " + MAX_SLOTS + " values");
    }
    return operands.maxSlots() + 2;
  }

  /** Appends an operation's first word. */
  void emit(long word) {
    if (size != last) {
      last = NONE;
    }
    extra(word);
  }

  /** Appends a further word of an operation. */
  void extra(long word) {
    if (size == words.length) {
      words = Arrays.copyOf(words, size * 2);
    }
    words[size++] = word;
  }

  void set(int at, long word) {
    words[at] = word;
  }

  long get(int at) {
    return words[at];
  }

  /** Control can come here from elsewhere: what was emitted before is final. */
  void label() {
    last = NONE;
  }

  /** Pushes a result of the category and returns its slot; the next word must write it. */
  int result(byte category) {
    last = size;
    return operands.pushHome(category);
  }

  // ---- operands ----

  /** The slot where a popped or lower operand can be read; a constant is put into its home. */
  int slot(int at) {
    if (operands.kind(at) == Operands.LOCAL) {
      return localSlots[operands.local(at)];
    }
    if (operands.kind(at) == Operands.CONST) {
      constant(operands.home(at), operands.constant(at));
    }
    return operands.home(at);
  }

  /** Pops an operand and returns the slot where it can be read. */
  int pop() {
    return slot(operands.pop());
  }

  private void constant(int to, long value) {
    if (Op.fitsConst(value)) {
      emit(Op.wide(Op.CONST, to, value));
    } else {
      emit(Op.wide(Op.CONST_WIDE, to, 0));
      extra(value);
    }
    last = NONE;
  }

  /** Copies an operand, wherever it is, into a slot. */
  void move(int at, int to) {
    byte kind = operands.kind(at);
    if (kind == Operands.CONST) {
      constant(to, operands.constant(at));
      return;
    }
    int from = kind == Operands.LOCAL ? localSlots[operands.local(at)] : operands.home(at);
    if (from == to) {
      return;
    }
    switch (operands.category(at)) {
      case Operands.NUMBER -> emit(Op.word(Op.MOVE, to, from, 0));
      case Operands.REF -> emit(Op.word(Op.MOVE_REF, to, from, 0));
      default -> {
        emit(Op.word(Op.MOVES, to, from, 0));
        extra(2);
      }
    }
    last = NONE;
  }

  /** Puts the topmost operands into their homes. */
  void home(int count) {
    for (int at = operands.size() - 1; at >= operands.size() - count; at--) {
      if (operands.kind(at) != Operands.HOME) {
        move(at, operands.home(at));
        operands.setHome(at);
      }
    }
  }

  /** Puts all operands that stand for locals into their homes: what follows may be skipped. */
  void settle() {
    for (int at = operands.size() - 1; at >= operands.settled(); at--) {
      if (operands.kind(at) == Operands.LOCAL) {
        move(at, operands.home(at));
        operands.setHome(at);
      }
    }
    operands.settle();
  }

  // ---- locals ----

  void localGet(int local) {
    operands.pushLocal(local, localCategories[local]);
  }

  void localSet(int local) {
    int at = operands.pop();
    int to = localSlots[local];
    if (operands.head(local) < 0 && isLast(at)) {
      words[last] = (words[last] & ~(0x3FFFFL << 10)) | ((long) to << 10);
      last = NONE;
      return;
    }
    for (int user = operands.head(local); user >= 0; user = operands.head(local)) {
      move(user, operands.home(user));
      operands.setHome(user);
    }
    move(at, to);
  }

  /** Whether the last operation made this operand and nothing else. */
  private boolean isLast(int at) {
    return last != NONE
        && operands.kind(at) == Operands.HOME
        && ((int) (words[last] >> 10) & 0x3FFFF) == operands.home(at);
  }

  // ---- comparisons ----

  private static boolean isComparison(long word) {
    return Op.isComparison(Op.op(word));
  }

  /** Emits an integer comparison of the two topmost operands. */
  void compare(int comparison, boolean wide) {
    int b = operands.pop();
    int a = operands.pop();
    int group = wide ? Op.CMP64 - Op.CMP32 : 0;
    if (isSmall(b)) {
      long k = operands.constant(b);
      int slot = slot(a);
      emitResult(Op.CMP32_K + comparison + group, slot, k);
    } else if (isSmall(a)) {
      long k = operands.constant(a);
      int slot = slot(b);
      emitResult(Op.CMP32_K + Op.exchanged(comparison) + group, slot, k);
    } else {
      int slotA = slot(a);
      int slotB = slot(b);
      if (comparison >= Op.GE_S) {
        emitResult(Op.CMP32 + Op.exchanged(comparison) + group, slotB, slotA);
      } else {
        emitResult(Op.CMP32 + comparison + group, slotA, slotB);
      }
    }
  }

  private boolean isSmall(int at) {
    return operands.kind(at) == Operands.CONST && Op.fitsK(operands.constant(at));
  }

  /** Emits the test whether the topmost operand is zero. */
  void isZero(boolean wide) {
    int at = operands.pop();
    if (!wide && isLast(at) && isComparison(words[last])) {
      words[last] = negated(words[last]);
      operands.pushHome(Operands.NUMBER);
      return;
    }
    emitResult((wide ? Op.CMP64_K : Op.CMP32_K) + Op.EQ, slot(at), 0);
  }

  private void emitResult(int op, int a, long b) {
    int d = result(Operands.NUMBER);
    emit(Op.word(op, d, a, 0) | b << 46);
  }

  private static long negated(long word) {
    int op = Op.op(word);
    int base =
        op >= Op.CMP64_K
            ? Op.CMP64_K
            : op >= Op.CMP64 ? Op.CMP64 : op >= Op.CMP32_K ? Op.CMP32_K : Op.CMP32;
    int comparison = Op.negated(op - base);
    boolean constant = base == Op.CMP32_K || base == Op.CMP64_K;
    if (constant || comparison < Op.GE_S) {
      return (word & ~1023) | (base + comparison);
    }
    int d = (int) (word >>> 10) & 0x3FFFF;
    int a = (int) (word >>> 28) & 0x3FFFF;
    int b = (int) (word >>> 46);
    return Op.word(base + Op.exchanged(comparison), d, b, a);
  }

  /**
   * Pops a condition and returns the first word of the branch that is taken if it holds; a
   * comparison that was emitted for it is taken back.
   */
  long condition() {
    int at = operands.pop();
    if (isLast(at) && isComparison(words[last])) {
      long word = words[last];
      size = last;
      last = NONE;
      return Op.branch(word);
    }
    return Op.word(Op.BR_IF, 0, slot(at), 0);
  }

  /** The branch that is taken when the given one isn't. */
  static long opposite(long branch) {
    return switch (Op.op(branch)) {
      case Op.BR_IF, Op.BR_NULL, Op.BR_ON_CAST -> branch + 1;
      case Op.BR_UNLESS, Op.BR_NON_NULL, Op.BR_ON_CAST_FAIL -> branch - 1;
      default -> Op.branch(negated(Op.comparison(branch)));
    };
  }

  // ---- arithmetic ----

  /** Emits an operation of the loop on one number. */
  void unary(int op) {
    int a = pop();
    emitResult(op, a, 0);
  }

  /** Emits an operation of the loop on two numbers. */
  void binary(int op, boolean exchanged) {
    int b = operands.pop();
    int a = operands.pop();
    int withConstant = Op.withConstant(op);
    if (withConstant >= 0 && Op.commutes(op) && isSmall(a)) {
      int swap = a;
      a = b;
      b = swap;
    }
    if (withConstant >= 0 && isSmall(b)) {
      long k = operands.constant(b);
      boolean subtract = op == Op.SUB32 || op == Op.SUB64;
      if (!subtract || Op.fitsK(-k)) {
        emitResult(withConstant, slot(a), subtract ? -k : k);
        return;
      }
    }
    int slotA = slot(a);
    int slotB = slot(b);
    emitResult(op, exchanged ? slotB : slotA, exchanged ? slotA : slotB);
  }
}
