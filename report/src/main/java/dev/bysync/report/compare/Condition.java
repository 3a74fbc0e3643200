package dev.bysync.report.compare;

import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.compare.Gate.Finding;
import dev.bysync.report.compare.Gate.Outcome;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.statistics.descriptive.Median;

/** One condition of a gate. */
sealed interface Condition {
  /** As it was written. */
  String text();

  Finding check(Comparison comparison, TimeComparison times);

  Pattern FIGURE =
      Pattern.compile(
          "(?:(total|median):)?([a-z_]+)\\s*([<>])\\s*([+-]?[0-9]+(?:\\.[0-9]+)?)\\s*(%?)");

  static Condition parse(String text) throws Gate.SyntaxException {
    for (Event event : Event.values()) {
      if (event.text().equals(text)) {
        return event;
      }
    }
    Matcher matcher = FIGURE.matcher(text);
    if (!matcher.matches()) {
      throw new Gate.SyntaxException(
          "'%s' is no condition: give %s, or METRIC>+1%%, total:METRIC>+1%%, median:METRIC<-5%%"
              .formatted(text, Gate.names(Event.values())));
    }
    String name = matcher.group(2);
    Metric metric =
        Metric.of(name)
            .orElseThrow(
                () ->
                    new Gate.SyntaxException(
                        "'%s' has no metric '%s': there are %s"
                            .formatted(
                                text,
                                name,
                                Gate.names(
                                    Arrays.stream(Metric.values()).map(Metric::key).toArray()))));
    Scope scope =
        matcher.group(1) == null
            ? Scope.EACH
            : Scope.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    boolean relative = !matcher.group(5).isEmpty();
    double limit = Double.parseDouble(matcher.group(4)) / (relative ? 100 : 1);
    boolean above = matcher.group(3).equals(">");
    if (metric.isDecided()) {
      return new Decided(text, scope, metric, above, limit, relative);
    }
    if (scope != Scope.EACH || !relative) {
      throw new Gate.SyntaxException(
          "'%s': a time is compared over all modules together and as a ratio: give %s%s+10%%"
              .formatted(text, metric.key(), matcher.group(3)));
    }
    return new Timed(text, metric, above, limit);
  }

  /** What a figure is taken of. */
  enum Scope {
    EACH,
    TOTAL,
    MEDIAN
  }

  /** Conditions without a figure. */
  enum Event implements Condition {
    VERDICT_WORSE {
      @Override
      public Finding check(Comparison comparison, TimeComparison times) {
        return finding(
            comparison.pairs().stream()
                .filter(pair -> pair.verdictChange() > 0)
                .sorted(Comparator.comparingInt(pair -> -pair.verdictChange()))
                .map(
                    pair ->
                        "%s: %s, was %s%s"
                            .formatted(
                                comparison.label(pair.after()),
                                pair.after().row().verdict(),
                                pair.before().row().verdict(),
                                because(pair.after())))
                .toList());
      }
    },
    VANISHED {
      @Override
      public Finding check(Comparison comparison, TimeComparison times) {
        return finding(comparison.vanished().stream().map(comparison::label).toList());
      }
    },
    APPEARED_FAILING {
      @Override
      public Finding check(Comparison comparison, TimeComparison times) {
        return finding(
            comparison.appeared().stream()
                .filter(
                    module ->
                        module.row().verdict() == Verdict.MISMATCH
                            || module.row().verdict() == Verdict.ERROR)
                .map(
                    module ->
                        "%s: %s%s"
                            .formatted(
                                comparison.label(module), module.row().verdict(), because(module)))
                .toList());
      }
    };

    @Override
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
      return text();
    }

    Finding finding(List<String> offenders) {
      return new Finding(text(), offenders.isEmpty() ? Outcome.PASSED : Outcome.FAILED, offenders);
    }

    private static String because(RunModule module) {
      return module.row().reason().isEmpty() ? "" : " (" + module.row().reason() + ")";
    }
  }

  /** A figure that is compared exactly. */
  record Decided(
      String text, Scope scope, Metric metric, boolean above, double limit, boolean relative)
      implements Condition {
    @Override
    public Finding check(Comparison comparison, TimeComparison times) {
      List<String> offenders =
          switch (scope) {
            case EACH -> each(comparison);
            case TOTAL -> total(comparison);
            case MEDIAN -> median(comparison);
          };
      return new Finding(text, offenders.isEmpty() ? Outcome.PASSED : Outcome.FAILED, offenders);
    }

    private boolean exceeds(double change) {
      return above ? change > limit : change < limit;
    }

    private double change(Pair pair) {
      return relative ? pair.relative(metric) : pair.difference(metric);
    }

    private List<String> each(Comparison comparison) {
      ToDoubleFunction<Pair> worst = pair -> above ? -change(pair) : change(pair);
      return comparison.pairs().stream()
          .filter(pair -> exceeds(change(pair)))
          .sorted(Comparator.comparingDouble(worst))
          .map(
              pair ->
                  comparison.label(pair.after())
                      + ": "
                      + Figures.change(
                          metric, metric.of(pair.before().row()), metric.of(pair.after().row())))
          .toList();
    }

    private List<String> total(Comparison comparison) {
      double before = 0;
      double after = 0;
      for (Pair pair : comparison.pairs()) {
        if (!Double.isNaN(pair.difference(metric))) {
          before += metric.of(pair.before().row());
          after += metric.of(pair.after().row());
        }
      }
      double difference = after - before;
      double change = difference == 0 || !relative ? difference : difference / Math.abs(before);
      return exceeds(change)
          ? List.of("all modules: " + Figures.change(metric, before, after))
          : List.of();
    }

    private List<String> median(Comparison comparison) {
      double[] changes =
          comparison.pairs().stream()
              .mapToDouble(this::change)
              .filter(change -> !Double.isNaN(change))
              .toArray();
      double median = changes.length == 0 ? 0 : Median.withDefaults().evaluate(changes);
      return exceeds(median)
          ? List.of(
              "median of %d modules: %s"
                  .formatted(
                      changes.length,
                      relative ? Figures.percent(median) : Figures.of(metric, median)))
          : List.of();
    }
  }

  /** A time: fails only where the whole confidence interval is beyond the limit. */
  record Timed(String text, Metric metric, boolean above, double limit) implements Condition {
    @Override
    public Finding check(Comparison comparison, TimeComparison times) {
      TimeComparison.Interval interval = times.interval(metric);
      if (interval == null) {
        return new Finding(text, Outcome.UNDECIDED, List.of(times.need(metric)));
      }
      boolean fails = above ? interval.low() - 1 > limit : interval.high() - 1 < limit;
      return new Finding(
          text,
          fails ? Outcome.FAILED : Outcome.PASSED,
          fails ? List.of("all modules: " + interval) : List.of());
    }
  }
}
