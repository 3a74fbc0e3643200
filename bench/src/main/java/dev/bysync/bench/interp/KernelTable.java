package dev.bysync.bench.interp;

import dev.bysync.bench.compare.Cells;
import dev.bysync.bench.compare.Statistics;
import dev.bysync.verify.machine.LoadException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The kernels in all interpreters, in turns, in this process. */
final class KernelTable {
  private static final int WARM_UP = 40;
  private static final int ROUNDS = 15;

  private KernelTable() {}

  /** Prints nanoseconds of processor time for each executed instruction. */
  static void print(PrintStream out) throws LoadException {
    KernelRun.check();
    Map<Engine, KernelRun> runs = new EnumMap<>(Engine.class);
    for (Engine engine : Engine.values()) {
      runs.put(engine, new KernelRun(engine));
    }
    for (int i = 0; i < WARM_UP; i++) {
      for (KernelRun run : runs.values()) {
        for (Kernel kernel : Kernel.values()) {
          run.run(kernel);
        }
      }
    }
    out.println("ns per executed instruction, warm");
    out.println();
    out.println("| kernel | bysync | Endive | ratio | Endive, metered |\n|---|--:|--:|--:|--:|");
    for (Kernel kernel : Kernel.values()) {
      long instructions = KernelRun.instructions(kernel);
      Map<Engine, List<Double>> times = new EnumMap<>(Engine.class);
      for (int i = 0; i < ROUNDS; i++) {
        for (Map.Entry<Engine, KernelRun> run : runs.entrySet()) {
          double nanos = nanos(run.getValue(), kernel) / instructions;
          times.computeIfAbsent(run.getKey(), fresh -> new ArrayList<>()).add(nanos);
        }
      }
      double ours = Statistics.median(times.getOrDefault(Engine.BYSYNC, List.of()));
      double endive = Statistics.median(times.getOrDefault(Engine.ENDIVE, List.of()));
      double metered = Statistics.median(times.getOrDefault(Engine.ENDIVE_METERED, List.of()));
      out.printf(
          "| %s | %s | %s | %s | %s |%n",
          kernel.export(),
          Cells.tenths(ours),
          Cells.tenths(endive),
          Cells.tenths(endive / ours),
          Cells.tenths(metered));
    }
    out.println();
  }

  private static double nanos(KernelRun run, Kernel kernel) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    run.run(kernel);
    return threads.getCurrentThreadCpuTime() - start;
  }
}
