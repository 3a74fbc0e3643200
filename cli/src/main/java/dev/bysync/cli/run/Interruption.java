package dev.bysync.cli.run;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Ctrl-C and other signals that end the process: stops the services and says what to do next. */
final class Interruption {
  private final PrintStream err;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "interruption");
  private volatile @Nullable Services services;
  private volatile boolean happened;

  Interruption(PrintStream err) {
    this.err = err;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** From now on an interruption stops these. */
  void stops(Services toStop) {
    services = toStop;
  }

  /**
   * Called with a failure at hand: when it comes of the interruption it is not worth telling, so
   * this does not return.
   */
  void waitForTheEnd() {
    while (happened) {
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** The run has ended by itself. */
  void over() {
    if (!happened) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private void interrupted() {
    happened = true;
    Thread.setDefaultUncaughtExceptionHandler( // Spark's threads find each other gone
        (thread, failure) ->
            LoggerFactory.getLogger(Interruption.class)
                .info("{} ended by the interruption", thread.getName(), failure));
    err.println();
    err.println("bysync: interrupted; what is committed stays, the same command continues");
    Services running = services;
    if (running != null) {
      running.close();
    }
  }
}
