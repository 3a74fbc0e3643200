package dev.bysync.job.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Tries whether a store keeps what the commits rest on: of several creators of an object one wins,
 * the others learn it, and the object is the winner's. An S3 server that ignores If-None-Match lets
 * all of them win.
 */
public final class StoreProbe {
  private static final int WRITERS = 8;

  private StoreProbe() {}

  /** A store that can't be used. */
  public static final class UnsafeStoreException extends IOException {
    UnsafeStoreException(String message) {
      super(message);
    }
  }

  /**
   * Two creators one after the other: four requests.
   *
   * @throws UnsafeStoreException if both win
   * @throws IOException if the store fails
   */
  public static void check(Store store) throws IOException {
    String path = path();
    try {
      judge(store, path, List.of(store.create(path, content(0)), store.create(path, content(1))));
    } finally {
      store.delete(path);
    }
  }

  /**
   * Many creators at the same time, several times.
   *
   * @throws UnsafeStoreException if not exactly one wins each time
   * @throws IOException if the store fails
   */
  public static void race(Store store, int rounds) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      for (int round = 0; round < rounds; round++) {
        raceOnce(store, threads);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void raceOnce(Store store, ExecutorService threads) throws IOException {
    String path = path();
    List<Callable<Store.Outcome>> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      byte[] content = content(writer);
      writers.add(() -> store.create(path, content));
    }
    try {
      List<Store.Outcome> outcomes = new ArrayList<>();
      for (Future<Store.Outcome> outcome : threads.invokeAll(writers)) {
        outcomes.add(outcome.get());
      }
      judge(store, path, outcomes);
    } catch (ExecutionException e) {
      throw new IOException("%s can't be written: %s".formatted(path, e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      store.delete(path);
    }
  }

  private static void judge(Store store, String path, List<Store.Outcome> outcomes)
      throws IOException {
    long winners = outcomes.stream().filter(one -> one == Store.Outcome.CREATED).count();
    if (winners != 1) {
      throw new UnsafeStoreException(
          "%s is not safe: %d of %d writers that created one object at a time were told that they did (does it ignore If-None-Match?); use another store"
              .formatted(store.root(), winners, outcomes.size()));
    }
    String there = new String(store.read(path, 100), StandardCharsets.UTF_8);
    String winner =
        new String(content(outcomes.indexOf(Store.Outcome.CREATED)), StandardCharsets.UTF_8);
    if (!there.equals(winner)) {
      throw new UnsafeStoreException(
          "%s is not safe: it told '%s' that it had created an object, and has '%s'"
              .formatted(store.root(), winner, there));
    }
  }

  private static String path() {
    return Store.TEMPORARY + "/probe-" + UUID.randomUUID();
  }

  private static byte[] content(int writer) {
    return ("writer " + writer).getBytes(StandardCharsets.UTF_8);
  }
}
