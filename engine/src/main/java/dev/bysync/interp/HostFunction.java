package dev.bysync.interp;

import org.jspecify.annotations.Nullable;

/** A function of the host that modules can call. */
@FunctionalInterface
public interface HostFunction {
  /**
   * Called by a module. Arguments and results stand in slots: one each, two for a vector (lower
   * half first). Numbers are their bits, those of 32 bits sign-extended; references stand in the
   * same slots of {@code refs}.
   *
   * @param slots the arguments, to be replaced by the results; as many as {@link
   *     FunctionType#slots} of the function's type; not to be kept
   * @param refs the references among them, in the same slots
   * @throws Trap to end the call into the store
   * @throws WasmThrow to throw an exception that modules can catch
   */
  void call(long[] slots, @Nullable Object[] refs);
}
