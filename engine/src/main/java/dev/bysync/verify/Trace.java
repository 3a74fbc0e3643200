package dev.bysync.verify;

import dev.bysync.verify.machine.Shape;
import java.util.Arrays;
import java.util.BitSet;

/** The calls that a module made of its host, in order, with their arguments. */
final class Trace {
  private String[] labels = new String[16];
  private long[][] args = new long[16][];
  private long[] notes = new long[16];
  private final BitSet forbidden = new BitSet();
  private int size;

  int size() {
    return size;
  }

  /**
   * Adds a call.
   *
   * @param canonicalArgs canonical slots, which are kept
   * @param maySuspend whether the options of the transform let it suspend
   */
  void add(Shape.ImportedFunction function, long[] canonicalArgs, boolean maySuspend) {
    forbidden.set(size, !maySuspend);
    if (size == labels.length) {
      labels = Arrays.copyOf(labels, size * 2);
      args = Arrays.copyOf(args, size * 2);
      notes = Arrays.copyOf(notes, size * 2);
    }
    labels[size] = function.label();
    args[size] = canonicalArgs;
    size++;
  }

  /** Notes a hash of what the host read from memory during a call. */
  void note(int call, long hash) {
    notes[call] = hash;
  }

  /** Whether the call may suspend. */
  boolean maySuspend(int call) {
    return !forbidden.get(call);
  }

  String label(int call) {
    return labels[call];
  }

  long note(int call) {
    return notes[call];
  }

  boolean is(int call, Shape.ImportedFunction function, long[] canonicalArgs) {
    return function.isNamed(labels[call]) && Arrays.equals(args[call], canonicalArgs);
  }

  /** A call, for people: {@code env.f(1, 2)}. */
  String show(int call) {
    return show(labels[call], args[call]);
  }

  static String show(String label, long[] args) {
    StringBuilder text = new StringBuilder(label).append('(');
    for (int i = 0; i < args.length; i++) {
      text.append(i == 0 ? "" : ", ").append(args[i]);
      if (i == 15 && args.length > 16) {
        text.append(", ...");
        break;
      }
    }
    return text.append(')').toString();
  }
}
