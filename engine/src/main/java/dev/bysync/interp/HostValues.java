package dev.bysync.interp;

import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/** Checks what functions of hosts give back. */
final class HostValues {
  private HostValues() {}

  /**
   * Puts numbers of 32 bits into their canonical form and checks references.
   *
   * @throws IllegalStateException if a reference is of another type than the function promises
   */
  static void check(DefinedType type, long[] slots, @Nullable Object[] refs) {
    int at = 0;
    for (int i = 0; i < type.resultCount(); i++) {
      int result = type.result(i);
      if (result == ValType.I32 || result == ValType.F32) {
        slots[at] = (int) slots[at];
      } else if (ValType.isRef(result) && !type.space.isValue(refs[at], result)) {
        throw new IllegalStateException(
            "a function of the host gave no " + ValType.name(result) + " but " + refs[at]);
      }
      at += result == ValType.V128 ? 2 : 1;
    }
  }
}
