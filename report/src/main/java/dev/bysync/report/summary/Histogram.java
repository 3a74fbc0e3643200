package dev.bysync.report.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * How values are distributed: bins of one width, whose bounds are round numbers. Values far beyond
 * the others share the last bin, which is then open.
 *
 * @param low lower bound of the first bin
 * @param width width of a bin
 * @param counts values in each bin, its lower bound included
 * @param open whether the last bin has no upper bound
 */
public record Histogram(double low, double width, List<Integer> counts, boolean open) {
  private static final int BINS = 20;
  private static final double COMMON = 0.97;

  /** Of these values; none of them is NaN. */
  public static Histogram of(double[] values) {
    if (values.length == 0) {
      return new Histogram(0, 1, List.of(), false);
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double least = sorted[0];
    double most = sorted[sorted.length - 1];
    double common = Quantile.withDefaults().evaluate(sorted, COMMON);
    boolean open = most - least > 2 * (common - least) && common > least;
    double width = round((open ? common - least : most - least) / BINS);
    double low = Math.floor(least / width) * width;
    int bins = (int) Math.floor(((open ? common : most) - low) / width) + 1 + (open ? 1 : 0);
    int[] counts = new int[bins];
    for (double value : sorted) {
      counts[(int) Math.min(bins - 1, Math.floor((value - low) / width))]++;
    }
    List<Integer> list = new ArrayList<>();
    for (int count : counts) {
      list.add(count);
    }
    return new Histogram(low, width, List.copyOf(list), open);
  }

  /** The next of 1, 2, 2.5, 5 times a power of ten. */
  private static double round(double width) {
    if (width <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(width)));
    for (double step : new double[] {1, 2, 2.5, 5}) {
      if (width <= step * power * (1 + 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }
}
