package dev.bysync.job.transform;

import dev.bysync.engine.Gzip;
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
      return failed(Verdict.ERROR, "the engine failed: " + e, module);
    }
  }

  /** The result of a module that came to no other. */
  static ProcessedModule failed(Verdict verdict, String reason, byte[] module) {
    long gzip = Gzip.size(module); // tells the row from one whose module was not to be had
    return new ProcessedModule(verdict, reason, null, ModuleMetrics.ofSize(module.length, gzip));
  }

  /** The result of a module whose bytes were not to be had. */
  static ProcessedModule unread(String reason, long size) {
    return new ProcessedModule(Verdict.REJECTED, reason, null, ModuleMetrics.ofSize(size));
  }
}
