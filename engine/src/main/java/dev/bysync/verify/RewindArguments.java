package dev.bysync.verify;

import dev.bysync.verify.machine.ValueKind;
import java.util.List;

/**
 * The arguments that an export is called with to rewind. Hosts have no others at hand than zeros,
 * and call it without any: all that it needs must be in its frames. So they are never the ones it
 * was called with at first, but zeros or drawn numbers.
 */
final class RewindArguments {
  private RewindArguments() {}

  /**
   * Slots of the arguments.
   *
   * @param call what was called at first: its references are kept where they can't be null, and all
   *     of an import that is exported as it is, which has no frame
   * @param random decides what they are
   */
  static long[] of(Script.Call call, long random) {
    long[] args = call.args().clone();
    if (call.export().isImport()) {
      return args;
    }
    List<ValueKind> kinds = call.export().signature().params();
    int at = 0;
    for (int i = 0; i < kinds.size(); i++) {
      ValueKind kind = kinds.get(i);
      long drawn = (random & 1) == 0 ? 0 : Draw.mix(random, i);
      switch (kind) {
        case I32, F32 -> args[at] = drawn & 0xFFFFFFFFL;
        case I64, F64 -> args[at] = drawn;
        case V128 -> {
          args[at] = drawn;
          args[at + 1] = Long.rotateLeft(drawn, 7);
        }
        case NULLABLE -> args[at] = -1;
        case EXTERNAL, REFERENCE -> {}
      }
      at += kind.slots();
    }
    return args;
  }
}
