package dev.bysync.job.sink;

import dev.bysync.job.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object that is written anew every minute as long as a process lives, and deleted when it ends:
 * one that was killed leaves it to grow old.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** Many periods: clocks of machines and stores differ, and a store may be away for a while. */
  private static final Duration DEAD = Duration.ofMinutes(15);

  private static final String NAME = "alive";
  private static final byte[] CONTENT = "written every minute\n".getBytes(StandardCharsets.UTF_8);

  private final Store store;
  private final String folder;
  private final Timer timer;
  private boolean closed;

  private Heartbeat(Store store, String folder) {
    this.store = store;
    this.folder = folder;
    this.timer = new Timer("bysync-heartbeat", true);
  }

  /** Starts one in this folder if no other process that lives has one there. */
  static Optional<Heartbeat> startAlone(Store store, String folder) throws IOException {
    boolean first = store.create(folder + "/" + NAME, CONTENT) == Store.Outcome.CREATED;
    return first || !isAlive(store, folder) ? Optional.of(start(store, folder)) : Optional.empty();
  }

  /** Starts one in this folder. */
  private static Heartbeat start(Store store, String folder) throws IOException {
    Heartbeat heartbeat = new Heartbeat(store, folder);
    heartbeat.beat();
    heartbeat.timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            heartbeat.beatQuietly();
          }
        },
        PERIOD.toMillis(),
        PERIOD.toMillis());
    return heartbeat;
  }

  /** Of a run. */
  public static Heartbeat ofRun(Store store, String runId) throws IOException {
    return start(store, "runs/" + runId);
  }

  /** When the process of this folder last said that it lives; 0 if it said nothing. */
  static long last(Store store, String folder) throws IOException {
    return store.list(folder).stream()
        .filter(entry -> entry.path().endsWith("/" + NAME))
        .mapToLong(Store.Entry::modifiedMillis)
        .findFirst()
        .orElse(0);
  }

  static boolean isAlive(Store store, String folder) throws IOException {
    return last(store, folder) > System.currentTimeMillis() - DEAD.toMillis();
  }

  private synchronized void beat() throws IOException {
    if (closed) {
      return;
    }
    store.replace(folder + "/" + NAME, CONTENT);
  }

  private void beatQuietly() {
    try {
      beat();
    } catch (IOException | RuntimeException e) { // the next one may work
      LOG.warn("{}/{} can't be written", folder, NAME, e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    timer.cancel();
    store.delete(folder + "/" + NAME);
  }
}
