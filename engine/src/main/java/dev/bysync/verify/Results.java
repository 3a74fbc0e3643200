package dev.bysync.verify;

import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import java.util.List;

/**
 * What exports returned lately that may be a pointer or a handle, to be passed to other exports: so
 * that what {@code malloc} gave is written to and freed.
 */
final class Results {
  private static final int KEPT = 16;

  private final long[] values = new long[KEPT];
  private int count;

  /** Remembers integers over 1 among the results. */
  void add(List<ValueKind> kinds, long[] slots) {
    int at = 0;
    for (ValueKind kind : kinds) {
      if ((kind == ValueKind.I32 || kind == ValueKind.I64) && slots[at] > 1) {
        values[count++ % KEPT] = slots[at];
      }
      at += kind.slots();
    }
  }

  /** The arguments of a call, some of its integers replaced by results. */
  Script.Call mixInto(Script.Call call, long random) {
    List<ValueKind> kinds = call.export().signature().params();
    if (count == 0 || Signature.slots(kinds) == 0) {
      return call;
    }
    long[] args = call.args().clone();
    long drawn = random;
    int at = 0;
    for (ValueKind kind : kinds) {
      drawn = Draw.mix(drawn, at);
      if ((kind == ValueKind.I32 || kind == ValueKind.I64) && (drawn & 7) < 3) {
        args[at] = values[(int) (((drawn >>> 3) & 0xFFFF) % Math.min(count, KEPT))];
      }
      at += kind.slots();
    }
    return new Script.Call(call.export(), args);
  }
}
