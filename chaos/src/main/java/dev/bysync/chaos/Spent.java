package dev.bysync.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a process took.
 *
 * @param code exit code
 * @param millis wall time from now on, ms
 * @param cpuMillis processor time of the process itself, without children, ms; up to 100 ms less
 *     than it was, 0 where the system doesn't tell
 */
record Spent(int code, long millis, long cpuMillis) {
  private static final long LOOK_MILLIS = 100;

  /** Awaits the end of a process that was just started. */
  static Spent of(Process process) throws InterruptedException {
    long start = System.nanoTime();
    Duration cpu = Duration.ZERO;
    do {
      cpu = process.info().totalCpuDuration().orElse(cpu);
    } while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    return new Spent(process.exitValue(), millis, cpu.toMillis());
  }
}
