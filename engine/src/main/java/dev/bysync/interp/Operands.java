package dev.bysync.interp;

import java.util.Arrays;

/**
 * The operand stack while a body is compiled.
 *
 * <p>Every operand has a home: the slot it would have on a real stack. It need not be there: reads
 * of locals and constants stay where they are until somebody needs them elsewhere. Operands that
 * stand for a local are chained, so that they are found when the local is about to change.
 */
final class Operands {
  static final byte HOME = 0;
  static final byte LOCAL = 1;
  static final byte CONST = 2;

  static final byte NUMBER = 0;
  static final byte VECTOR = 1;
  static final byte REF = 2;

  private byte[] kinds = new byte[32];
  private byte[] categories = new byte[32];
  private int[] homes = new int[32];
  private int[] locals = new int[32];
  private int[] before = new int[32];
  private long[] constants = new long[32];
  private int size;
  private int base;
  private int maxSlots;

  /** The topmost operand that stands for each local, or -1. */
  private int[] heads = {};

  /** Operands below this do not stand for locals. */
  private int settled;

  /** Empties the stack, whose first home is the slot {@code base}. */
  void begin(int localCount, int baseSlot) {
    size = 0;
    settled = 0;
    base = baseSlot;
    maxSlots = baseSlot;
    heads = new int[localCount];
    Arrays.fill(heads, -1);
  }

  int size() {
    return size;
  }

  int maxSlots() {
    return maxSlots;
  }

  byte kind(int at) {
    return kinds[at];
  }

  byte category(int at) {
    return categories[at];
  }

  int home(int at) {
    return homes[at];
  }

  int local(int at) {
    return locals[at];
  }

  long constant(int at) {
    return constants[at];
  }

  /** The topmost operand that stands for a local, or -1. */
  int head(int local) {
    return heads[local];
  }

  int settled() {
    return settled;
  }

  void settle() {
    settled = size;
  }

  /** The home that the next operand will have. */
  int nextHome() {
    return size == 0 ? base : homes[size - 1] + width(categories[size - 1]);
  }

  static int width(byte category) {
    return category == VECTOR ? 2 : 1;
  }

  private int push(byte kind, byte category) {
    if (size == kinds.length) {
      int capacity = size * 2;
      kinds = Arrays.copyOf(kinds, capacity);
      categories = Arrays.copyOf(categories, capacity);
      homes = Arrays.copyOf(homes, capacity);
      locals = Arrays.copyOf(locals, capacity);
      before = Arrays.copyOf(before, capacity);
      constants = Arrays.copyOf(constants, capacity);
    }
    int home = nextHome();
    kinds[size] = kind;
    categories[size] = category;
    homes[size] = home;
    maxSlots = Math.max(maxSlots, home + width(category));
    return size++;
  }

  /** Pushes an operand that is in its home, and returns the home. */
  int pushHome(byte category) {
    int at = push(HOME, category);
    return homes[at];
  }

  void pushLocal(int local, byte category) {
    int at = push(LOCAL, category);
    locals[at] = local;
    before[at] = heads[local];
    heads[local] = at;
  }

  void pushConstant(long value) {
    int at = push(CONST, NUMBER);
    constants[at] = value;
  }

  /** Pops an operand; what is known of it stays readable until the next push. */
  int pop() {
    size--;
    if (kinds[size] == LOCAL) {
      heads[locals[size]] = before[size];
    }
    settled = Math.min(settled, size);
    return size;
  }

  /** Notes that an operand is in its home now; it must be its chain's topmost. */
  void setHome(int at) {
    if (kinds[at] == LOCAL) {
      heads[locals[at]] = before[at];
    }
    kinds[at] = HOME;
  }

  void truncate(int newSize) {
    while (size > newSize) {
      pop();
    }
  }
}
