package dev.bysync.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/** Does one thing after the other on threads, and tells what came of each in the given order. */
final class InTurn {
  private InTurn() {}

  /**
   * Works on all.
   *
   * @param threads how many are worked on at a time; twice as many results wait to be told at most
   * @param work makes a result; what it throws ends the command
   * @param tell takes the results, in order, on this thread
   */
  static <T, R> void each(List<T> all, int threads, Function<T, R> work, Consumer<R> tell) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Deque<Future<R>> open = new ArrayDeque<>();
      for (T one : all) {
        if (open.size() == 2 * threads) {
          tell.accept(result(open.remove()));
        }
        Callable<R> task = () -> work.apply(one);
        open.add(pool.submit(task));
      }
      while (!open.isEmpty()) {
        tell.accept(result(open.remove()));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static <R> R result(Future<R> open) {
    try {
      return open.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
