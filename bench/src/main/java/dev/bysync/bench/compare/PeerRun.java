package dev.bysync.bench.compare;

import dev.bysync.bench.compare.ChildRun.End;

/**
 * What wasm-opt made of one module with one set of arguments; one entry of the cache.
 *
 * @param module SHA-256 of the module
 * @param version the wasm-opt
 * @param arguments its arguments, separated by spaces
 * @param end how it ended
 * @param message its last words if it failed, else empty
 * @param seconds wall clock
 * @param cpuSeconds user and system time, all threads
 * @param peakBytes largest resident set
 * @param output size of the result, {@link Sizes#NONE} if there is none
 */
record PeerRun(
    String module,
    String version,
    String arguments,
    End end,
    String message,
    double seconds,
    double cpuSeconds,
    long peakBytes,
    Sizes output) {
  boolean isDone() {
    return end == End.DONE;
  }
}
