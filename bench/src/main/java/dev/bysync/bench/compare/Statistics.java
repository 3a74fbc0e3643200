package dev.bysync.bench.compare;

import java.util.Arrays;
import java.util.Collection;

/** Figures over several values; NaN where there are none. */
public final class Statistics {
  private Statistics() {}

  /** The middle value; of an even number of values the mean of the middle two. */
  public static double median(Collection<Double> values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  public static double geometricMean(Collection<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
  }

  static double max(Collection<Double> values) {
    return values.stream().mapToDouble(value -> value).max().orElse(Double.NaN);
  }

  public static double min(Collection<Double> values) {
    return values.stream().mapToDouble(value -> value).min().orElse(Double.NaN);
  }

  private static double[] sorted(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
