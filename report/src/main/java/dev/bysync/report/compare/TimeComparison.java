package dev.bysync.report.compare;

import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Compares times over repeated runs. A run is the unit of repetition, not a module: what disturbs a
 * machine disturbs all modules of a run alike. Each run's time is the median over the modules of
 * the logarithm of their time against the same module's mean in all runs; the interval is Welch's
 * for the difference of the two means, with a confidence of 99 %.
 */
public final class TimeComparison {
  /** The least runs of either side from which anything is said. */
  public static final int REPETITIONS = 3;

  private static final double TAIL = 0.005;

  private final List<Run> baseline;
  private final List<Run> candidate;

  /** Compares these; every run with the modules that it processed itself. */
  public TimeComparison(List<Run> baseline, List<Run> candidate) {
    this.baseline = List.copyOf(baseline);
    this.candidate = List.copyOf(candidate);
  }

  /**
   * Where the candidate's time against the baseline's lies.
   *
   * @param low lower bound of the ratio
   * @param high upper bound of the ratio
   * @param modules how many it was taken from
   */
  public record Interval(double low, double high, int modules) {
    @Override
    public String toString() {
      return "%s to %s (99 %% confidence, %d modules)"
          .formatted(Figures.percent(low - 1), Figures.percent(high - 1), modules);
    }
  }

  /** The interval of a time; null with too few repetitions or no module that all runs measured. */
  public @Nullable Interval interval(Metric metric) {
    if (baseline.size() < REPETITIONS || candidate.size() < REPETITIONS) {
      return null;
    }
    List<Run> runs = new ArrayList<>(baseline);
    runs.addAll(candidate);
    List<Map<String, Double>> times = runs.stream().map(run -> times(run, metric)).toList();
    Set<String> common = new HashSet<>(times.get(0).keySet());
    times.forEach(each -> common.retainAll(each.keySet()));
    if (common.isEmpty()) {
      return null;
    }
    Map<String, Double> means = new HashMap<>();
    for (String module : common) {
      double sum = 0;
      for (Map<String, Double> each : times) {
        sum += each.getOrDefault(module, Double.NaN);
      }
      means.put(module, sum / times.size());
    }
    double[] run = new double[times.size()];
    for (int i = 0; i < run.length; i++) {
      Map<String, Double> each = times.get(i);
      run[i] =
          Median.withDefaults()
              .evaluate(
                  common.stream()
                      .mapToDouble(
                          module ->
                              each.getOrDefault(module, Double.NaN)
                                  - means.getOrDefault(module, Double.NaN))
                      .toArray());
    }
    return welch(run, baseline.size(), common.size());
  }

  /** What is missing for an interval. */
  String need(Metric metric) {
    return "%s is known of %d runs of the baseline and %d of the candidate: %d of each, all with --force, tell a difference from noise"
        .formatted(metric.label(), baseline.size(), candidate.size(), REPETITIONS);
  }

  private static Map<String, Double> times(Run run, Metric metric) {
    Map<String, Double> times = new HashMap<>();
    for (RunModule module : run.modules()) {
      double time = metric.of(module.row());
      if (!module.known() && time > 0) {
        times.put(module.sha256(), Math.log(time));
      }
    }
    return times;
  }

  private static Interval welch(double[] runs, int split, int modules) {
    double[] first = java.util.Arrays.copyOfRange(runs, 0, split);
    double[] second = java.util.Arrays.copyOfRange(runs, split, runs.length);
    double a = variance(first) / first.length;
    double b = variance(second) / second.length;
    double difference = mean(second) - mean(first);
    double error = Math.sqrt(a + b);
    double freedom =
        error == 0
            ? runs.length - 2
            : (a + b) * (a + b) / (a * a / (first.length - 1) + b * b / (second.length - 1));
    double reach = error * TDistribution.of(freedom).inverseSurvivalProbability(TAIL);
    return new Interval(Math.exp(difference - reach), Math.exp(difference + reach), modules);
  }

  private static double mean(double[] values) {
    return org.apache.commons.statistics.descriptive.Mean.of(values).getAsDouble();
  }

  private static double variance(double[] values) {
    return org.apache.commons.statistics.descriptive.Variance.of(values).getAsDouble();
  }
}
