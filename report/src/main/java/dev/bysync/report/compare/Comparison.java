package dev.bysync.report.compare;

import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two runs joined by module.
 *
 * @param baseline what is compared with
 * @param candidate what is compared
 * @param pairs modules of the same bytes in both
 * @param changed modules of the same place with other bytes
 * @param appeared modules of the candidate alone
 * @param vanished modules of the baseline alone
 */
public record Comparison(
    Run baseline,
    Run candidate,
    List<Pair> pairs,
    List<Pair> changed,
    List<RunModule> appeared,
    List<RunModule> vanished) {

  /** From good to bad. */
  private static final List<Verdict> SEVERITY =
      List.of(
          Verdict.VERIFIED,
          Verdict.UNEXERCISED,
          Verdict.BUDGET,
          Verdict.REJECTED,
          Verdict.MISMATCH,
          Verdict.ERROR);

  /**
   * A module in both runs.
   *
   * @param before in the baseline
   * @param after in the candidate
   */
  public record Pair(RunModule before, RunModule after) {
    /** Positive if the candidate's verdict is worse, negative if it is better. */
    public int verdictChange() {
      return SEVERITY.indexOf(after.row().verdict()) - SEVERITY.indexOf(before.row().verdict());
    }

    /** The candidate's figure less the baseline's; NaN if either has none. */
    public double difference(Metric metric) {
      return metric.of(after.row()) - metric.of(before.row());
    }

    /** The difference as a part of the baseline's figure: 0.01 for one per cent more. */
    public double relative(Metric metric) {
      double difference = difference(metric);
      return difference == 0 ? 0 : difference / Math.abs(metric.of(before.row()));
    }

    boolean differs() {
      return verdictChange() != 0
          || Metric.decided().stream()
              .anyMatch(m -> Double.compare(m.of(before.row()), m.of(after.row())) != 0);
    }
  }

  /**
   * Joins two runs. Modules are the same by their bytes; what is left on both sides, by the place
   * where it was found. A run of several strategies is joined strategy by strategy, two runs of one
   * strategy each are joined whatever the strategies are.
   */
  public static Comparison of(Run baseline, Run candidate) {
    boolean byStrategy = baseline.compares() || candidate.compares();
    Map<String, Deque<RunModule>> before = new LinkedHashMap<>();
    for (RunModule module : baseline.modules()) {
      before
          .computeIfAbsent(key(module, module.sha256(), byStrategy), key -> new ArrayDeque<>())
          .add(module);
    }
    List<Pair> pairs = new ArrayList<>();
    List<RunModule> unmatched = new ArrayList<>();
    for (RunModule module : candidate.modules()) {
      RunModule other = take(before, key(module, module.sha256(), byStrategy));
      if (other == null) {
        unmatched.add(module);
      } else {
        pairs.add(new Pair(other, module));
      }
    }
    Map<String, Deque<RunModule>> places = new HashMap<>();
    List<RunModule> left = before.values().stream().flatMap(Collection::stream).toList();
    for (RunModule module : left) {
      places
          .computeIfAbsent(key(module, module.name(), byStrategy), key -> new ArrayDeque<>())
          .add(module);
    }
    List<Pair> changed = new ArrayList<>();
    List<RunModule> appeared = new ArrayList<>();
    for (RunModule module : unmatched) {
      RunModule other = take(places, key(module, module.name(), byStrategy));
      if (other == null) {
        appeared.add(module);
      } else {
        changed.add(new Pair(other, module));
      }
    }
    List<RunModule> vanished =
        left.stream()
            .filter(m -> places.getOrDefault(key(m, m.name(), byStrategy), NONE).contains(m))
            .toList();
    return new Comparison(
        baseline,
        candidate,
        List.copyOf(pairs),
        List.copyOf(changed),
        List.copyOf(appeared),
        vanished);
  }

  private static final Deque<RunModule> NONE = new ArrayDeque<>();

  private static String key(RunModule module, String identity, boolean byStrategy) {
    return byStrategy ? module.row().strategy() + "\n" + identity : identity;
  }

  private static @Nullable RunModule take(Map<String, Deque<RunModule>> modules, String key) {
    Deque<RunModule> found = modules.get(key);
    return found == null ? null : found.poll();
  }

  /** What a module is called: by its strategy too, where a run has several. */
  public String label(RunModule module) {
    boolean several = baseline.compares() || candidate.compares();
    return several ? module.name() + " by " + module.row().strategy() : module.name();
  }

  /** Pairs whose verdict or any decided figure differs. */
  public List<Pair> differing() {
    return pairs.stream().filter(Pair::differs).toList();
  }

  /**
   * Pairs with a better or a worse figure, the largest effect first.
   *
   * @param sign 1 for figures that rose, -1 for those that fell
   */
  public List<Pair> byEffect(Metric metric, int sign) {
    return pairs.stream()
        .filter(pair -> pair.relative(metric) * sign > 0)
        .sorted(Comparator.comparingDouble((Pair pair) -> -pair.relative(metric) * sign))
        .toList();
  }
}
