package dev.bysync.cli.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run has started and has to stop: once, all at the same time, whatever fails. */
final class Services implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Services.class);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  /** Adds a service that was started. */
  synchronized <T extends AutoCloseable> T add(T service) {
    running.push(service);
    return service;
  }

  /** Stops them and returns when all have stopped; a second call does nothing. */
  @Override
  public synchronized void close() {
    List<Thread> threads = new ArrayList<>();
    while (!running.isEmpty()) {
      AutoCloseable service = running.pop();
      Thread thread = new Thread(() -> stop(service), "stop-" + service.getClass().getSimpleName());
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void stop(AutoCloseable service) {
    try {
      service.close();
    } catch (Exception e) { // declared so by AutoCloseable; the results are safe by now
      LOG.warn("{} didn't stop cleanly", service, e);
    }
  }
}
