package dev.bysync.report.summary;

import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.statistics.descriptive.Median;

/**
 * The figures at the head of a report, of one strategy's modules.
 *
 * @param strategy its name
 * @param modules how many there are
 * @param verdicts how many have which verdict
 * @param medianSize median of {@link Metric#SIZE}, NaN without any
 * @param totalSize bytes of all outputs over those of their originals
 * @param originalBytes bytes of the originals that have an output
 * @param transformedBytes bytes of the outputs
 * @param medianOverhead median of {@link Metric#OVERHEAD}
 * @param totalOverhead instructions of all outputs over those of their originals
 * @param functions functions of all modules
 * @param instrumented how many of them were instrumented
 * @param sites sites of all modules
 * @param reachableSites how many of them can be come to; 0 if that was not counted
 * @param sitesSuspended how many of them were suspended
 * @param sitesByHost those that a call of the host suspended first
 * @param sitesForced those that a call suspended first that was made to
 * @param sitesByFrames those that were suspended first in a function by itself, on a drawn path
 * @param sitesByBranches those that were suspended first on a path that was made for them
 * @param suspensions suspensions of whole programs
 * @param frameSuspensions suspensions of single frames
 */
public record Summary(
    String strategy,
    int modules,
    Map<Verdict, Long> verdicts,
    double medianSize,
    double totalSize,
    double originalBytes,
    double transformedBytes,
    double medianOverhead,
    double totalOverhead,
    double functions,
    double instrumented,
    double sites,
    double reachableSites,
    double sitesSuspended,
    double sitesByHost,
    double sitesForced,
    double sitesByFrames,
    double sitesByBranches,
    double suspensions,
    double frameSuspensions) {

  /** Of these modules. */
  public static Summary of(String strategy, List<RunModule> modules) {
    Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    modules.forEach(module -> verdicts.merge(module.row().verdict(), 1L, Long::sum));
    List<RunModule> done =
        modules.stream().filter(module -> module.row().transformedBytes() > 0).toList();
    double before = sum(done, Metric.ORIGINAL_BYTES);
    double after = sum(done, Metric.TRANSFORMED_BYTES);
    double fuel = done.stream().mapToDouble(module -> module.row().fuelOriginal()).sum();
    return new Summary(
        strategy,
        modules.size(),
        verdicts,
        median(done, Metric.SIZE),
        before > 0 ? after / before : Double.NaN,
        before,
        after,
        median(done, Metric.OVERHEAD),
        fuel > 0 ? sum(done, Metric.FUEL) / fuel : Double.NaN,
        sum(done, Metric.FUNCTIONS),
        sum(done, Metric.INSTRUMENTED),
        sum(done, Metric.SITES),
        sum(done, Metric.REACHABLE_SITES),
        sum(done, Metric.SITES_SUSPENDED),
        sum(done, Metric.SITES_BY_HOST),
        sum(done, Metric.SITES_FORCED),
        sum(done, Metric.SITES_BY_FRAMES),
        sum(done, Metric.SITES_BY_BRANCHES),
        sum(done, Metric.SUSPENSIONS),
        sum(done, Metric.FRAME_SUSPENSIONS));
  }

  /** The sites that coverage is a part of: the reachable ones, or all where they are not told. */
  public double sitesThatCount() {
    return reachableSites > 0 ? reachableSites : sites;
  }

  /** By what the suspended sites were come to: {@code 25 by the host, ...}; empty if not told. */
  public String ladders() {
    return reachableSites > 0
        ? String.format(
            Locale.ROOT,
            "%,.0f by the host, %,.0f forced, %,.0f by frames, %,.0f by branches",
            sitesByHost,
            sitesForced,
            sitesByFrames,
            sitesByBranches)
        : "";
  }

  /** How many have a verdict. */
  public long count(Verdict verdict) {
    return verdicts.getOrDefault(verdict, 0L);
  }

  /** The values of a figure, those of modules that have none left out. */
  public static double[] values(List<RunModule> modules, Metric metric) {
    return modules.stream()
        .mapToDouble(module -> metric.of(module.row()))
        .filter(value -> !Double.isNaN(value))
        .toArray();
  }

  /** The modules with the most of a figure, at most {@code count}. */
  public static List<RunModule> most(List<RunModule> modules, Metric metric, int count) {
    return modules.stream()
        .filter(module -> metric.of(module.row()) > 0)
        .sorted(Comparator.comparingDouble((RunModule module) -> -metric.of(module.row())))
        .limit(count)
        .toList();
  }

  private static double sum(List<RunModule> modules, Metric metric) {
    double sum = 0;
    for (double value : values(modules, metric)) {
      sum += value;
    }
    return sum;
  }

  private static double median(List<RunModule> modules, Metric metric) {
    double[] values = values(modules, metric);
    return values.length == 0 ? Double.NaN : Median.withDefaults().evaluate(values);
  }
}
