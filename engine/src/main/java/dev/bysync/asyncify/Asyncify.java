package dev.bysync.asyncify;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;

/** The transform's entry. */
public final class Asyncify {
  private Asyncify() {}

  /**
   * Transforms a module.
   *
   * @throws WasmException if the module is malformed or invalid, or uses a feature that is not
   *     supported in a function that must be instrumented
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static Transformed transform(byte[] module, AsyncifyOptions options) {
    throw new WasmException(
        Failure.UNSUPPORTED, -1, module.length + " bytes, " + options.canonical());
  }
}
