package dev.bysync.bench.interp;

import dev.bysync.bench.compare.Cells;
import dev.bysync.bench.compare.ChildRun;
import dev.bysync.bench.compare.Statistics;
import dev.bysync.verify.machine.LoadException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Real modules, in processes of their own. */
final class ModuleTable {
  private static final List<Engine> ENGINES = List.of(Engine.BYSYNC, Engine.ENDIVE);

  private final long instructions;
  private final int rounds;
  private final Duration limit;
  private final List<Double> wholeRatios = new ArrayList<>();
  private final List<Double> processRatios = new ArrayList<>();
  private final List<Double> lastRatios = new ArrayList<>();

  ModuleTable(long instructions, int rounds, Duration limit) {
    this.instructions = instructions;
    this.rounds = rounds;
    this.limit = limit;
  }

  /**
   * One process: seconds of its interpreting thread for loading, in all, and for the last time
   * through the script; seconds of all its threads.
   */
  private record Times(String hash, double load, double whole, double last, double process) {}

  void print(List<Path> modules, PrintStream out) throws IOException, InterruptedException {
    out.println(
        "Whole processes: ns of the interpreting thread per executed instruction, from loading the module to the end;"
            + " of the last time through; seconds of all threads of the process");
    out.println();
    out.println(
        "| module | M instructions | repeated | loading, s | Endive | whole, ns | Endive | ratio | last, ns | Endive | ratio |"
            + " process, s | Endive | ratio |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (Path module : modules) {
      String label = Cells.text(String.valueOf(module.getFileName()));
      try {
        out.println("| " + label + " | " + row(module) + " |");
      } catch (LoadException e) {
        out.println("| " + label + " | not run: " + Cells.text(String.valueOf(e.getMessage())));
      }
      out.flush();
    }
    out.println();
    summary(out, "whole", wholeRatios);
    summary(out, "last", lastRatios);
    summary(out, "process", processRatios);
  }

  private static void summary(PrintStream out, String what, List<Double> ratios) {
    out.printf(
        "Endive's time as a multiple of ours, %s: geometric mean %s, least %s, of %d modules%n",
        what,
        Cells.ratio(Statistics.geometricMean(ratios)),
        Cells.ratio(Statistics.min(ratios)),
        ratios.size());
  }

  private String row(Path module) throws IOException, InterruptedException, LoadException {
    ModuleScript script = ModuleScript.of(Files.readAllBytes(module), instructions);
    if (script.instructions() == 0) {
      return "nothing ends by itself";
    }
    int repeated = (int) Math.max(1, Math.min(10_000, instructions / script.instructions()));
    Path file = Files.createTempFile("bysync-bench", ".calls");
    try {
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
        script.write(out);
      }
      Map<Engine, List<Times>> times = new EnumMap<>(Engine.class);
      for (int round = 0; round < rounds; round++) {
        for (Engine engine : ENGINES) {
          Times measured = run(engine, module, file, repeated);
          if (measured == null) {
            return engine + " doesn't run it";
          }
          times.computeIfAbsent(engine, fresh -> new ArrayList<>()).add(measured);
        }
      }
      return cells(script.instructions(), repeated, times);
    } finally {
      Files.delete(file);
    }
  }

  private String cells(long executed, int repeated, Map<Engine, List<Times>> times) {
    List<Times> ours = times.getOrDefault(Engine.BYSYNC, List.of());
    List<Times> theirs = times.getOrDefault(Engine.ENDIVE, List.of());
    if (!ours.get(0).hash.equals(theirs.get(0).hash)) {
      return "the interpreters don't agree on what it computes";
    }
    double[] our = medians(ours);
    double[] their = medians(theirs);
    double all = executed * (double) repeated;
    wholeRatios.add(their[1] / our[1]);
    lastRatios.add(their[2] / our[2]);
    processRatios.add(their[3] / our[3]);
    return String.join(
        " | ",
        Cells.tenths(executed / 1e6),
        Cells.count(repeated),
        Cells.seconds(our[0]),
        Cells.seconds(their[0]),
        Cells.tenths(our[1] / all * 1e9),
        Cells.tenths(their[1] / all * 1e9),
        Cells.tenths(their[1] / our[1]),
        Cells.tenths(our[2] / executed * 1e9),
        Cells.tenths(their[2] / executed * 1e9),
        Cells.tenths(their[2] / our[2]),
        Cells.seconds(our[3]),
        Cells.seconds(their[3]),
        Cells.tenths(their[3] / our[3]));
  }

  private static double[] medians(List<Times> times) {
    return new double[] {
      Statistics.median(times.stream().map(Times::load).toList()),
      Statistics.median(times.stream().map(Times::whole).toList()),
      Statistics.median(times.stream().map(Times::last).toList()),
      Statistics.median(times.stream().map(Times::process).toList())
    };
  }

  private @Nullable Times run(Engine engine, Path module, Path script, int repeated)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ModuleRun.class.getName(),
            engine.name(),
            module.toString(),
            script.toString(),
            Integer.toString(repeated));
    ChildRun child = ChildRun.of(command, limit);
    if (child.end() != ChildRun.End.DONE) {
      System.err.println(engine + ", " + module + ": " + child.end() + " " + child.lastWords());
      return null;
    }
    String[] cells = child.lastLine().split(" ", -1);
    return new Times(
        cells[0],
        Double.parseDouble(cells[1]),
        Double.parseDouble(cells[2]),
        Double.parseDouble(cells[3]),
        child.cpuSeconds());
  }
}
