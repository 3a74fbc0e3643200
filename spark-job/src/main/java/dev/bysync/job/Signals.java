package dev.bysync.job;

import org.apache.spark.util.SignalUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function0;

/** Signals of the operating system that end a run cleanly. */
public final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * From now on SIGTERM and SIGINT ask the run to stop. It ends when its batch is committed; a
   * second signal ends the process at once, which loses no more than the work on that batch.
   */
  public static void stopOnTermination(StopSignal stop) {
    Function0<Object> handler =
        () -> {
          boolean first = !stop.isRequested();
          if (first) {
            LOG.info("asked to stop: ends when the batch under way is committed");
            stop.request();
          }
          return first; // not ours a second time: then it does what it always does
        };
    SignalUtils.register("TERM", handler);
    SignalUtils.register("INT", handler);
  }
}
