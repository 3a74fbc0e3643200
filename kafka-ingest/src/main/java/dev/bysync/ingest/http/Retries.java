package dev.bysync.ingest.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and how long a download is tried.
 *
 * @param attempts at most, at least 1
 * @param firstPause before the second attempt, about; each further pause is twice the one before
 * @param longestPause the longest pause, also where a server asks for more
 * @param attempt how long one attempt may take, all of the body included
 * @param clock what pauses
 */
public record Retries(
    int attempts, Duration firstPause, Duration longestPause, Duration attempt, Pause clock) {
  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }

  /** Four attempts, pauses of about 1, 2 and 4 s, or what a server asks for up to 30 s. */
  public static Retries defaults(Duration attempt) {
    return new Retries(
        4,
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        attempt,
        duration -> Thread.sleep(duration.toMillis()));
  }

  /** The pause after this many failed attempts: half of it is drawn, so that many don't agree. */
  Duration pauseAfter(int failed) {
    long whole =
        Math.min(longestPause.toMillis(), firstPause.toMillis() << Math.min(failed - 1, 20));
    return Duration.ofMillis(whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1));
  }
}
