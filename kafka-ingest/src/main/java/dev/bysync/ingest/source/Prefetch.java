package dev.bysync.ingest.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fetches sources ahead of their being looked through: several at a time, handed over in the order
 * in which they came, and never more of them on the disk than twice as many as are fetched at a
 * time. Used by one thread.
 */
final class Prefetch implements AutoCloseable {
  private static final int CLOSE_SECONDS = 10;

  /**
   * A source whose turn it is.
   *
   * @param source as the user wrote it
   * @param fetched what {@link Prefetch} got of it; null if it is a path
   * @param problem why it can't be had, null if it can
   */
  record Ready(String source, @Nullable FetchedPackage fetched, @Nullable FetchException problem) {}

  /** Finds out how a source is fetched; null if it doesn't have to be. */
  interface Kinds {
    @Nullable PackageSource of(String source);
  }

  private record Pending(String source, Future<Ready> result) {}

  private final Iterator<SourceLists.Item> sources;
  private final Kinds kinds;
  private final KnownPackages known;
  private final int window;
  private final ExecutorService threads;
  private final Deque<Pending> pending = new ArrayDeque<>();

  Prefetch(Iterator<SourceLists.Item> sources, Kinds kinds, KnownPackages known, int parallel) {
    this.sources = sources;
    this.kinds = kinds;
    this.known = known;
    this.window = 2 * parallel;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            parallel,
            task -> {
              Thread thread = new Thread(task, "bysync-fetch-" + number.incrementAndGet());
              thread.setDaemon(true); // a client that hangs keeps no process alive
              return thread;
            });
  }

  /** The next source, once it is there; null behind the last one. */
  @Nullable Ready next() {
    while (pending.size() < window && sources.hasNext()) {
      SourceLists.Item item = sources.next();
      pending.add(new Pending(item.source(), threads.submit(() -> fetch(item))));
    }
    Pending first = pending.poll();
    if (first == null) {
      return null;
    }
    try {
      return first.result().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("fetching " + SourceText.show(first.source()), e.getCause());
    } catch (InterruptedException e) {
      pending.push(first); // what it has fetched is to be deleted
      Thread.currentThread().interrupt();
      return new Ready(
          first.source(), null, new FetchException("interrupted", "run again to continue"));
    }
  }

  private Ready fetch(SourceLists.Item item) {
    PackageSource kind = kinds.of(item.source());
    if (item.problem() != null || kind == null) {
      return new Ready(item.source(), null, item.problem());
    }
    try {
      return new Ready(item.source(), kind.fetch(item.source(), known), null);
    } catch (FetchException e) {
      return new Ready(item.source(), null, e);
    } catch (RuntimeException e) { // one source never stops the others
      String what = "a fault of bysync while fetching: " + e.getClass().getSimpleName();
      return new Ready(
          item.source(), null, new FetchException(what, "leave it out, and please report it"));
    }
  }

  /** Stops what is under way and deletes what nobody took. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        return; // ends with the process
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Pending each : pending) {
      discard(each.result());
    }
  }

  private static void discard(Future<Ready> result) {
    if (!result.isDone()) {
      return; // never started
    }
    try {
      FetchedPackage fetched = result.get().fetched();
      if (fetched != null) {
        fetched.close();
      }
    } catch (ExecutionException e) {
      return; // nothing was fetched
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
