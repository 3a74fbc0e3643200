package dev.bysync.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The figures that the comparison is about, over all modules. */
record Bar(List<Row> rows) {
  /** A module's added bytes may be this part of theirs at most. */
  static final double LARGEST_ADDITION = 0.8;

  /** A module's throughput may be this part of the median at least. */
  static final double LEAST_SPEED = 0.2;

  /** From this size on the cold command is to be faster. */
  static final long COLD_FROM = 250_000;

  /** Modules by name with a figure each; those without one are left out. */
  Map<String, Double> figures(ToDoubleFunction<Row> figure) {
    Map<String, Double> figures = new TreeMap<>();
    for (Row row : rows) {
      double value = figure.applyAsDouble(row);
      if (!Double.isNaN(value)) {
        figures.put(row.name(), value);
      }
    }
    return figures;
  }

  /** Bytes by second over the modules that both made something of. */
  record Speeds(int modules, long bytes, double seconds, double cpuSeconds) {
    double byWall() {
      return bytes / seconds;
    }

    double byCpu() {
      return bytes / cpuSeconds;
    }
  }

  /** Ours, warm, over the modules where a run of theirs was a success. */
  Speeds ours(Function<Row, PeerRun> theirs) {
    List<Row> both = both(theirs);
    return new Speeds(
        both.size(),
        both.stream().mapToLong(row -> row.original().plain()).sum(),
        both.stream().mapToDouble(row -> row.ours().warmSeconds()).sum(),
        both.stream().mapToDouble(row -> row.ours().warmCpuSeconds()).sum());
  }

  /** Theirs over the same modules. */
  Speeds theirs(Function<Row, PeerRun> theirs) {
    List<Row> both = both(theirs);
    return new Speeds(
        both.size(),
        both.stream().mapToLong(row -> row.original().plain()).sum(),
        both.stream().mapToDouble(row -> theirs.apply(row).seconds()).sum(),
        both.stream().mapToDouble(row -> theirs.apply(row).cpuSeconds()).sum());
  }

  private List<Row> both(Function<Row, PeerRun> theirs) {
    return rows.stream().filter(row -> row.ours().isDone() && theirs.apply(row).isDone()).toList();
  }

  /** Modules, of those that both made something of, at which the cold command was no faster. */
  List<String> coldSlower(Function<Row, PeerRun> theirs) {
    return both(theirs).stream()
        .filter(row -> row.original().plain() >= COLD_FROM)
        .filter(row -> row.ours().coldSeconds() >= theirs.apply(row).seconds())
        .map(Row::name)
        .toList();
  }

  /** How many modules {@link #coldSlower} looks at. */
  long coldCompared(Function<Row, PeerRun> theirs) {
    return both(theirs).stream().filter(row -> row.original().plain() >= COLD_FROM).count();
  }

  /** Modules below {@link #LEAST_SPEED} of the median throughput. */
  List<String> slow() {
    Map<String, Double> speeds = figures(Row::throughput);
    double least = Statistics.median(speeds.values()) * LEAST_SPEED;
    return speeds.entrySet().stream()
        .filter(entry -> entry.getValue() < least)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Modules above {@link #LARGEST_ADDITION}. */
  List<String> large() {
    return figures(Row::added).entrySet().stream()
        .filter(entry -> entry.getValue() > LARGEST_ADDITION)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Ratios of the workloads' times that are known. */
  List<Double> ratios(Form form, Form base) {
    List<Double> ratios = new ArrayList<>();
    for (Row row : rows) {
      for (NodeTime time : row.times()) {
        double ratio = time.ratio(form, base);
        if (!Double.isNaN(ratio)) {
          ratios.add(ratio);
        }
      }
    }
    return ratios;
  }
}
