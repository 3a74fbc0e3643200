package dev.bysync.job;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a run is asked to stop, from any thread: it finishes the batch that is under way, commits it
 * and ends. A run that is killed instead loses no more than the work on that batch.
 */
public final class StopSignal {
  private final CountDownLatch requested = new CountDownLatch(1);

  /** Asks the run to stop. */
  public void request() {
    requested.countDown();
  }

  /** Whether it was asked to. */
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits until it is asked to stop, or for so long. */
  boolean await(long millis) throws InterruptedException {
    return requested.await(millis, TimeUnit.MILLISECONDS);
  }
}
