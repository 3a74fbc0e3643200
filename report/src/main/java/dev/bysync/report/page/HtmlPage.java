package dev.bysync.report.page;

import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import dev.bysync.report.summary.FailureGroup;
import dev.bysync.report.summary.Summary;
import dev.bysync.verify.Verdict;
import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One HTML file with everything in it: no network, no cookies; style, script and charts inlined.
 * The head, the comparison, the failures and the extremes are plain HTML; charts and the table of
 * all modules are drawn by the page's script from JSON.
 */
final class HtmlPage {
  /** The most modules that a page shows; the other formats have all. */
  static final int MAX_MODULES = 10_000;

  private static final String CHARTS =
      "/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js";

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

  private static final int EXTREMES = 10;
  private static final int CHANGES = 20;
  private static final int EXAMPLES = 5;

  private HtmlPage() {}

  static String of(Report report) throws IOException {
    List<RunModule> shown = shown(report.run().modules());
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("id", report.run().id());
    model.put("place", report.run().place());
    model.put("facts", facts(report));
    model.put("summaries", report.summaries().stream().map(HtmlPage::summary).toList());
    model.put("gate", report.findings().stream().map(HtmlPage::finding).toList());
    model.put("gateFails", Gate.fails(report.findings()));
    Comparison comparison = report.comparison();
    if (comparison != null) {
      model.put("comparison", comparison(comparison));
    }
    model.put(
        "failures",
        FailureGroup.of(report.run().modules()).stream().map(g -> group(report, g)).toList());
    model.put("slowest", extremes(report, Metric.VERIFY_TIME));
    model.put("largest", extremes(report, Metric.ORIGINAL_BYTES));
    model.put("total", report.run().modules().size());
    model.put("shown", shown.size());
    model.put("css", text("report.css"));
    model.put("js", text("report.js"));
    model.put("charts", resource(CHARTS).replace("</script", "<\\/script"));
    model.put("data", PageData.of(report, shown));
    StringWriter page = new StringWriter();
    try {
      template().process(model, page);
    } catch (TemplateException e) {
      throw new IllegalStateException("the template fits its model", e);
    }
    return page.toString();
  }

  /** All; of too many, those with something to tell first. */
  private static List<RunModule> shown(List<RunModule> modules) {
    if (modules.size() <= MAX_MODULES) {
      return modules;
    }
    return modules.stream()
        .sorted(
            Comparator.comparing((RunModule m) -> m.row().verdict() == Verdict.VERIFIED)
                .thenComparing(m -> -m.row().transformedBytes()))
        .limit(MAX_MODULES)
        .toList();
  }

  private static List<Map<String, String>> facts(Report report) {
    List<Map<String, String>> facts = new ArrayList<>();
    report.run().facts().forEach((label, value) -> facts.add(pair(label, value)));
    report
        .run()
        .strategies()
        .forEach((strategy, profile) -> facts.add(pair("Profile of " + strategy, profile)));
    return facts;
  }

  private static Map<String, String> pair(String label, String value) {
    return Map.of("label", label, "value", value);
  }

  private static Map<String, Object> summary(Summary summary) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("strategy", summary.strategy());
    model.put("modules", count(summary.modules()));
    model.put("verified", count(summary.count(Verdict.VERIFIED)));
    model.put("failed", count(summary.count(Verdict.MISMATCH) + summary.count(Verdict.ERROR)));
    model.put("medianSize", Figures.of(Metric.SIZE, summary.medianSize()));
    model.put("totalSize", Figures.of(Metric.SIZE, summary.totalSize()));
    model.put("originalBytes", Figures.bytes(summary.originalBytes()));
    model.put("transformedBytes", Figures.bytes(summary.transformedBytes()));
    model.put("medianOverhead", Figures.of(Metric.OVERHEAD, summary.medianOverhead()));
    model.put("totalOverhead", Figures.of(Metric.OVERHEAD, summary.totalOverhead()));
    model.put("sites", count(Math.round(summary.sites())));
    model.put("sitesSuspended", count(Math.round(summary.sitesSuspended())));
    model.put("suspensions", count(Math.round(summary.suspensions())));
    List<Map<String, String>> verdicts = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      verdicts.add(Map.of("name", verdict.name(), "count", count(summary.count(verdict))));
    }
    model.put("verdicts", verdicts);
    return model;
  }

  private static Map<String, Object> finding(Gate.Finding finding) {
    return Map.of(
        "condition", finding.condition(),
        "outcome", finding.outcome().name().toLowerCase(Locale.ROOT),
        "offenders", finding.offenders());
  }

  private static Map<String, Object> comparison(Comparison comparison) {
    List<Pair> differing = comparison.differing();
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("baseline", comparison.baseline().id());
    model.put("same", count(comparison.pairs().size()));
    model.put("differing", count(differing.size()));
    model.put(
        "changed", comparison.changed().stream().map(p -> link(comparison, p.after())).toList());
    model.put("appeared", comparison.appeared().stream().map(m -> link(comparison, m)).toList());
    model.put("vanished", comparison.vanished().stream().map(RunModule::name).toList());
    model.put(
        "verdicts",
        differing.stream()
            .filter(pair -> pair.verdictChange() != 0)
            .map(
                pair ->
                    Map.of(
                        "module", link(comparison, pair.after()),
                        "before", pair.before().row().verdict().name(),
                        "after", pair.after().row().verdict().name()))
            .toList());
    List<Map<String, Object>> metrics = new ArrayList<>();
    for (Metric metric : COMPARED) {
      for (int sign : new int[] {1, -1}) {
        List<Pair> pairs = comparison.byEffect(metric, sign);
        if (!pairs.isEmpty()) {
          metrics.add(changes(comparison, metric, sign, pairs));
        }
      }
    }
    model.put("metrics", metrics);
    return model;
  }

  private static Map<String, Object> changes(
      Comparison comparison, Metric metric, int sign, List<Pair> pairs) {
    boolean worse = (metric.better() == Metric.Better.LESS) == (sign > 0);
    return Map.of(
        "label", metric.label(),
        "way", worse ? "worse" : "better",
        "count", count(pairs.size()),
        "rows",
            pairs.stream()
                .limit(CHANGES)
                .map(
                    pair ->
                        Map.of(
                            "module", link(comparison, pair.after()),
                            "before", Figures.of(metric, metric.of(pair.before().row())),
                            "after", Figures.of(metric, metric.of(pair.after().row())),
                            "change", Figures.percent(pair.relative(metric))))
                .toList());
  }

  private static Map<String, String> link(Comparison comparison, RunModule module) {
    return Map.of("name", module.name(), "anchor", PageData.anchor(comparison.candidate(), module));
  }

  private static Map<String, Object> group(Report report, FailureGroup group) {
    List<Map<String, Object>> examples = new ArrayList<>();
    for (RunModule module :
        group.modules().subList(0, Math.min(EXAMPLES, group.modules().size()))) {
      examples.add(
          Map.of(
              "name", module.name(),
              "anchor", PageData.anchor(report.run(), module),
              "reason", module.row().reason()));
    }
    return Map.of(
        "verdict", group.verdict().name(),
        "cause", group.cause(),
        "count", count(group.modules().size()),
        "examples", examples);
  }

  private static List<Map<String, String>> extremes(Report report, Metric metric) {
    return Summary.most(report.run().modules(), metric, EXTREMES).stream()
        .map(
            module ->
                Map.of(
                    "name", module.name(),
                    "anchor", PageData.anchor(report.run(), module),
                    "strategy", module.row().strategy(),
                    "bytes",
                        Figures.of(Metric.ORIGINAL_BYTES, Metric.ORIGINAL_BYTES.of(module.row())),
                    "transform",
                        Figures.of(Metric.TRANSFORM_TIME, Metric.TRANSFORM_TIME.of(module.row())),
                    "verify", Figures.of(Metric.VERIFY_TIME, Metric.VERIFY_TIME.of(module.row()))))
        .toList();
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static Template template() throws IOException {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlPage.class, "");
    configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
    configuration.setLocale(Locale.ROOT);
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration.getTemplate("report.ftlh");
  }

  private static String text(String name) throws IOException {
    return resource("/dev/bysync/report/page/" + name);
  }

  private static String resource(String path) throws IOException {
    try (InputStream stream = HtmlPage.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IOException("this build lacks its resource " + path);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
