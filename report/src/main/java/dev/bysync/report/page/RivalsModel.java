package dev.bysync.report.page;

import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The first strategy of a run against each other one, over the modules that both transformed. */
final class RivalsModel {
  private static final List<Metric> COMPARED =
      List.of(
          Metric.TRANSFORMED_BYTES,
          Metric.GZIP_BYTES,
          Metric.FUEL,
          Metric.SUSPENSION_FUEL,
          Metric.SUSPENSION_STACK);

  private RivalsModel() {}

  static List<Map<String, Object>> of(Run run, Labels labels) {
    List<String> strategies = List.copyOf(run.strategies().keySet());
    List<Map<String, Object>> rivals = new ArrayList<>();
    for (String other : strategies.subList(Math.min(1, strategies.size()), strategies.size())) {
      Comparison comparison = Comparison.of(run.only(other), run.only(strategies.get(0)));
      Map<String, Object> model = new LinkedHashMap<>();
      model.put("first", labels.strategy(strategies.get(0)));
      model.put("other", labels.strategy(other));
      model.put("both", HtmlPage.count(both(comparison, Metric.TRANSFORMED_BYTES).size()));
      model.put("modules", HtmlPage.count(comparison.pairs().size()));
      model.put("totals", totals(comparison));
      model.put("verdicts", ChangesModel.verdicts(comparison, run, labels));
      model.put("metrics", ChangesModel.metrics(comparison, run, labels, COMPARED));
      rivals.add(model);
    }
    return rivals;
  }

  /** The pairs that have a figure on both sides; instructions only of the same calls. */
  private static List<Pair> both(Comparison comparison, Metric metric) {
    return comparison.pairs().stream()
        .filter(pair -> !Double.isNaN(pair.difference(metric)))
        .filter(pair -> metric != Metric.FUEL || isOfTheSameCalls(pair))
        .toList();
  }

  private static boolean isOfTheSameCalls(Pair pair) {
    long original = pair.after().row().fuelOriginal();
    return original > 0 && original == pair.before().row().fuelOriginal();
  }

  private static List<Map<String, String>> totals(Comparison comparison) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (Metric metric : COMPARED) {
      List<Pair> pairs = both(comparison, metric);
      if (!pairs.isEmpty()) {
        double first = pairs.stream().mapToDouble(p -> metric.of(p.after().row())).sum();
        double other = pairs.stream().mapToDouble(p -> metric.of(p.before().row())).sum();
        double change = first == other ? 0 : (first - other) / other;
        rows.add(
            Map.of(
                "label", metric.label(),
                "modules", HtmlPage.count(pairs.size()),
                "first", Figures.of(metric, first),
                "other", Figures.of(metric, other),
                "change", Figures.percent(change),
                "way", change < 0 ? "better" : change > 0 ? "worse" : "",
                "better",
                    HtmlPage.count(pairs.stream().filter(p -> p.difference(metric) < 0).count()),
                "worse",
                    HtmlPage.count(pairs.stream().filter(p -> p.difference(metric) > 0).count())));
      }
    }
    return rows;
  }
}
