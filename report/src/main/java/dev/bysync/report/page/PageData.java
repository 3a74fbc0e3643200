package dev.bysync.report.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.engine.Responsible;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.report.summary.Histogram;
import dev.bysync.report.summary.Summary;
import dev.bysync.report.summary.VerifyCommand;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the page's script draws from, as JSON that can stand inside a script element: no {@code <}.
 */
final class PageData {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final MathContext DIGITS = new MathContext(6);
  private static final List<Metric> DISTRIBUTIONS =
      List.of(Metric.SIZE, Metric.OVERHEAD, Metric.COVERAGE);

  private static final int RESPONSIBLE = 5;
  private static final List<Verdict> VERDICTS = List.of(Verdict.values());

  private PageData() {}

  static String of(Report report, Labels labels, List<RunModule> shown) throws IOException {
    Run run = report.run();
    List<String> strategies = List.copyOf(run.strategies().keySet());
    ObjectNode top = MAPPER.createObjectNode();
    strategies.stream().map(labels::strategy).forEach(top.putArray("strategies")::add);
    top.put("folder", labels.folder());
    ArrayNode verdicts = top.putArray("verdicts");
    VERDICTS.forEach(verdict -> verdicts.add(verdict.name()));
    ArrayNode metrics = top.putArray("metrics");
    for (Metric metric : Metric.values()) {
      metrics
          .addObject()
          .put("key", metric.key())
          .put("label", metric.label())
          .put("unit", metric.unit().name().toLowerCase(Locale.ROOT));
    }
    distributions(top.putArray("distributions"), run, strategies);
    IdentityHashMap<RunModule, RunModule> before = before(report.comparison());
    ArrayNode modules = top.putArray("modules");
    for (RunModule module : shown) {
      ObjectNode node = modules.addObject();
      node.put("id", anchor(run, module));
      module.places().forEach(node.putArray("places")::add);
      node.put("sha256", module.sha256())
          .put("strategy", strategies.indexOf(module.row().strategy()))
          .put("reason", module.row().reason())
          .put("command", VerifyCommand.of(run, module))
          .put("known", module.known());
      responsible(node, module);
      figures(node, module);
      RunModule other = before.get(module);
      if (other != null) {
        figures(node.putObject("before"), other);
      }
    }
    return MAPPER.writeValueAsString(top).replace("<", "\\u003c");
  }

  /** Where a module's section is; its own among all of the run. */
  static String anchor(Run run, RunModule module) {
    int strategy = List.copyOf(run.strategies().keySet()).indexOf(module.row().strategy());
    return "m-" + module.sha256() + (strategy > 0 ? "-" + strategy : "");
  }

  private static void figures(ObjectNode node, RunModule module) {
    node.put("verdict", VERDICTS.indexOf(module.row().verdict()));
    ArrayNode values = node.putArray("values");
    for (Metric metric : Metric.values()) {
      double value = metric.of(module.row());
      if (Double.isNaN(value)) {
        values.addNull();
      } else if (value == Math.rint(value)) {
        values.add((long) value);
      } else {
        values.add(new BigDecimal(value).round(DIGITS));
      }
    }
  }

  /** For each kind, the most responsible: name, functions, functions that it alone instruments. */
  private static void responsible(ObjectNode node, RunModule module) {
    for (Responsible.Kind kind : Responsible.Kind.values()) {
      ArrayNode list = MAPPER.createArrayNode();
      module.responsible().stream()
          .filter(one -> one.kind() == kind)
          .limit(RESPONSIBLE)
          .forEach(one -> list.addArray().add(one.name()).add(one.functions()).add(one.alone()));
      if (!list.isEmpty()) {
        node.set(kind.name(), list);
      }
    }
  }

  private static void distributions(ArrayNode array, Run run, List<String> strategies) {
    for (Metric metric : DISTRIBUTIONS) {
      for (String strategy : strategies) {
        Histogram histogram = Histogram.of(Summary.values(run.by(strategy), metric));
        ObjectNode node = array.addObject();
        node.put("metric", metric.key()).put("strategy", strategies.indexOf(strategy));
        node.put("low", histogram.low()).put("width", histogram.width());
        node.put("open", histogram.open());
        histogram.counts().forEach(node.putArray("counts")::add);
      }
    }
  }

  private static IdentityHashMap<RunModule, RunModule> before(@Nullable Comparison comparison) {
    IdentityHashMap<RunModule, RunModule> before = new IdentityHashMap<>();
    if (comparison != null) {
      Stream.concat(comparison.pairs().stream(), comparison.changed().stream())
          .forEach((Pair pair) -> before.put(pair.after(), pair.before()));
    }
    return before;
  }
}
