package dev.bysync.bench.compare;

import dev.bysync.bench.compare.ChildRun.End;

/**
 * What bysync made of one module.
 *
 * @param end how the cold runs ended; the rest is 0 unless they ended well
 * @param message the last words of a cold run that failed, else empty
 * @param coldSeconds wall clock of the command, a process of its own: the median of several
 * @param coldCpuSeconds its user and system time, all threads: the median
 * @param coldPeakBytes its largest resident set: the median
 * @param warmSeconds wall clock of the transform in a warm JVM, one thread: the median of several
 * @param warmCpuSeconds time of that thread on a processor: the median
 * @param output size of the result
 */
record OurRun(
    End end,
    String message,
    double coldSeconds,
    double coldCpuSeconds,
    double coldPeakBytes,
    double warmSeconds,
    double warmCpuSeconds,
    Sizes output) {
  boolean isDone() {
    return end == End.DONE;
  }

  static OurRun failed(End end, String message) {
    return new OurRun(end, message, 0, 0, 0, 0, 0, Sizes.NONE);
  }
}
