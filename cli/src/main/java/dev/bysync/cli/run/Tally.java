package dev.bysync.cli.run;

import dev.bysync.verify.Verdict;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** How far a run has come. Thread-safe. */
final class Tally {
  private final LongSupplier nanoTime;
  private long start;
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private long totalModules;
  private long totalBytes;
  private long modules;
  private long bytes;

  /** By this clock, ns; what comes before the first total is start-up and no part of the speed. */
  Tally(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  synchronized void total(long newTotalModules, long newTotalBytes) {
    if (totalModules == 0) {
      start = nanoTime.getAsLong();
    }
    totalModules = newTotalModules;
    totalBytes = newTotalBytes;
  }

  synchronized void done(Verdict verdict, long moduleBytes) {
    modules++;
    bytes += moduleBytes;
    verdicts.merge(verdict, 1, Integer::sum);
  }

  /** There is no more to do than was done: totals are estimates until the end. */
  synchronized void finish() {
    totalModules = modules;
    totalBytes = bytes;
  }

  synchronized long modules() {
    return modules;
  }

  /** Modules to do; never fewer than are done. */
  synchronized long totalModules() {
    return Math.max(totalModules, modules);
  }

  /** Speed, verdicts so far, time left: {@code 1.2 MB/s, 3 VERIFIED, 1 REJECTED, 12.0 s left}. */
  synchronized String details() {
    double seconds = (nanoTime.getAsLong() - start) / 1e9;
    StringBuilder text = new StringBuilder(Units.bytes(seconds > 0 ? (long) (bytes / seconds) : 0));
    text.append("/s");
    if (!verdicts.isEmpty()) {
      text.append(", ")
          .append(
              verdicts.entrySet().stream()
                  .map(entry -> entry.getValue() + " " + entry.getKey())
                  .collect(Collectors.joining(", ")));
    }
    if (bytes > 0 && totalBytes > bytes) {
      Duration left = Duration.ofMillis((long) (seconds * 1000 / bytes * (totalBytes - bytes)));
      text.append(", ").append(Units.duration(left)).append(" left");
    }
    return text.toString();
  }
}
