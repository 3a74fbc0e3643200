package dev.bysync.bench.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Besides the wall clock: how long the thread really ran, which other processes change less. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class ProcessorTime {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long start;

  /** Runs of the benchmark since the iteration's start; each counts itself. */
  long operations;

  private double milliseconds;

  @Setup(Level.Iteration)
  public void begin() {
    operations = 0;
    start = threads.getCurrentThreadCpuTime();
  }

  @TearDown(Level.Iteration)
  public void end() {
    milliseconds = (threads.getCurrentThreadCpuTime() - start) / 1e6 / Math.max(1, operations);
  }

  /** Milliseconds on a processor of one run. */
  public double cpuMilliseconds() {
    return milliseconds;
  }
}
