package dev.bysync.report.page;

import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the page tells of two sides that were joined by module. */
final class ChangesModel {
  /** What stands for itself; the others follow from them. */
  private static final List<Metric> COMPARED =
      List.of(
          Metric.TRANSFORMED_BYTES,
          Metric.FUEL,
          Metric.GZIP_BYTES,
          Metric.INSTRUMENTED,
          Metric.SITES,
          Metric.SITES_SUSPENDED,
          Metric.SUSPENSIONS,
          Metric.SUSPENSION_FUEL,
          Metric.SUSPENSION_STACK,
          Metric.DEEPEST_STACK);

  private static final int CHANGES = 20;

  private ChangesModel() {}

  /**
   * Of a run and its baseline.
   *
   * @param run the run whose page it is
   */
  static Map<String, Object> of(Comparison comparison, Run run, Labels labels) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("baseline", comparison.baseline().id());
    model.put("same", HtmlPage.count(comparison.pairs().size()));
    model.put("differing", HtmlPage.count(comparison.differing().size()));
    model.put(
        "changed", comparison.changed().stream().map(p -> link(run, labels, p.after())).toList());
    model.put("appeared", comparison.appeared().stream().map(m -> link(run, labels, m)).toList());
    model.put("vanished", comparison.vanished().stream().map(comparison::label).toList());
    model.put("verdicts", verdicts(comparison, run, labels));
    model.put("metrics", metrics(comparison, run, labels, COMPARED));
    return model;
  }

  /** Modules of other verdicts. */
  static List<Map<String, Object>> verdicts(Comparison comparison, Run run, Labels labels) {
    return comparison.pairs().stream()
        .filter(pair -> pair.verdictChange() != 0)
        .map(
            pair ->
                Map.<String, Object>of(
                    "module", link(run, labels, pair.after()),
                    "before", pair.before().row().verdict().name(),
                    "after", pair.after().row().verdict().name()))
        .toList();
  }

  /** A table for each figure and way, the largest effect first. */
  static List<Map<String, Object>> metrics(
      Comparison comparison, Run run, Labels labels, List<Metric> metrics) {
    List<Map<String, Object>> tables = new ArrayList<>();
    for (Metric metric : metrics) {
      for (int sign : new int[] {1, -1}) {
        List<Pair> pairs = comparison.byEffect(metric, sign);
        if (!pairs.isEmpty()) {
          tables.add(table(run, labels, metric, sign, pairs));
        }
      }
    }
    return tables;
  }

  private static Map<String, Object> table(
      Run run, Labels labels, Metric metric, int sign, List<Pair> pairs) {
    boolean worse = (metric.better() == Metric.Better.LESS) == (sign > 0);
    return Map.of(
        "label", metric.label(),
        "way", worse ? "worse" : "better",
        "moved", sign > 0 ? "higher" : "lower",
        "total", pairs.size(),
        "rows",
            pairs.stream()
                .limit(CHANGES)
                .map(
                    pair ->
                        Map.of(
                            "module", link(run, labels, pair.after()),
                            "before", Figures.of(metric, metric.of(pair.before().row())),
                            "after", Figures.of(metric, metric.of(pair.after().row())),
                            "change", Figures.percent(pair.relative(metric))))
                .toList());
  }

  private static Map<String, String> link(Run run, Labels labels, RunModule module) {
    return Map.of("name", labels.of(module), "anchor", PageData.anchor(run, module));
  }
}
