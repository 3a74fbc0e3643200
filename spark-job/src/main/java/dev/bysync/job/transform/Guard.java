package dev.bysync.job.transform;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.verify.Verdict;
import java.util.function.Function;

/** Turns what the engine throws into the verdict ERROR. */
final class Guard {
  private Guard() {}

  static ProcessedModule process(Function<byte[], ProcessedModule> processor, byte[] module) {
    try {
      return processor.apply(module);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e; // the task is being killed, which is not the module's doing
      }
      return failed(Verdict.ERROR, "the engine failed: " + e, module.length);
    }
  }

  /** The result of a module that was not processed. */
  static ProcessedModule failed(Verdict verdict, String reason, long size) {
    return new ProcessedModule(verdict, reason, null, ModuleMetrics.ofSize(size));
  }
}
