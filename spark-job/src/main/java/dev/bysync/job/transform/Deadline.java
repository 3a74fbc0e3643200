package dev.bysync.job.transform;

import dev.bysync.engine.ProcessedModule;
import dev.bysync.verify.Verdict;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine in this JVM, on a thread of its own, with a limit on wall time. A module that is over
 * it is interrupted, which the verification heeds. One that heeds nothing is left to its thread,
 * which nobody waits for: what it does is bounded by the engine's own limits.
 */
final class Deadline implements Function<byte[], ProcessedModule>, AutoCloseable {
  private static final int GRACE_SECONDS = 10;

  private final Function<byte[], ProcessedModule> processor;
  private final Budgets budgets;
  private @Nullable ExecutorService thread;

  Deadline(Function<byte[], ProcessedModule> processor, Budgets budgets) {
    this.processor = processor;
    this.budgets = budgets;
  }

  /**
   * Processes a module.
   *
   * @throws IllegalStateException if this thread is interrupted meanwhile; its flag is set then
   */
  @Override
  public ProcessedModule apply(byte[] module) {
    ExecutorService worker = thread();
    Future<ProcessedModule> result = worker.submit(() -> Guard.process(processor, module));
    try {
      return result.get(budgets.moduleSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      abandon(worker);
      return Guard.failed(Verdict.BUDGET, budgets.tooLong(), module);
    } catch (InterruptedException e) {
      abandon(worker);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a module was processed", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the engine failed: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }

  private void abandon(ExecutorService worker) {
    thread = null;
    worker.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      if (!worker.awaitTermination(interrupted ? 0 : GRACE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ExecutorService thread() {
    ExecutorService running = thread;
    if (running == null) {
      String name = "engine of " + Thread.currentThread().getName();
      running =
          Executors.newSingleThreadExecutor(
              work -> {
                Thread made = new Thread(work, name);
                made.setDaemon(true);
                return made;
              });
      thread = running;
    }
    return running;
  }
}
