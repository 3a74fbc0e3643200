package dev.bysync.bench.compare;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.binary.WasmException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Times the transform in this JVM, in this thread, from bytes to bytes. */
final class WarmTransform {
  /** Wall clock and processor time of one transform, in seconds. */
  record Time(double seconds, double cpuSeconds) {}

  /** A measurement repeats the transform until it took this long. */
  private static final double SHORTEST = 0.02;

  private final AsyncifyOptions options;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long kept;

  WarmTransform(AsyncifyOptions options) {
    this.options = options;
  }

  /** Transforms all modules, over and over, until the time is up; at least once. */
  void warmUp(List<Path> modules, double seconds) throws IOException {
    long start = System.nanoTime();
    do {
      for (Path module : modules) {
        try {
          kept += Asyncify.transform(Files.readAllBytes(module), options).bytes().length;
        } catch (WasmException e) {
          kept++; // what fails is reported where it is measured
        }
      }
    } while ((System.nanoTime() - start) / 1e9 < seconds);
  }

  /** The median of several measurements of one module. */
  Time measure(byte[] module, int measurements) {
    List<Double> seconds = new ArrayList<>();
    List<Double> cpuSeconds = new ArrayList<>();
    for (int i = 0; i < measurements; i++) {
      int count = 0;
      long cpu = threads.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      double spent;
      do {
        kept += Asyncify.transform(module, options).bytes().length;
        count++;
        spent = (System.nanoTime() - start) / 1e9;
      } while (spent < SHORTEST);
      seconds.add(spent / count);
      cpuSeconds.add((threads.getCurrentThreadCpuTime() - cpu) / 1e9 / count);
    }
    return new Time(Statistics.median(seconds), Statistics.median(cpuSeconds));
  }

  /** Bytes made so far: read, so that no compiler can leave the work out. */
  long kept() {
    return kept;
  }
}
