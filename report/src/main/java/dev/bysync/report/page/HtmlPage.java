package dev.bysync.report.page;

import dev.bysync.engine.Responsible;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import dev.bysync.report.summary.Culprit;
import dev.bysync.report.summary.FailureGroup;
import dev.bysync.report.summary.Summary;
import dev.bysync.report.summary.VerifyCommand;
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

  private static final int EXTREMES = 10;
  private static final int CULPRITS = 15;
  private static final int EXAMPLES = 5;

  private HtmlPage() {}

  static String of(Report report) throws IOException {
    List<RunModule> shown = shown(report.run().modules());
    Labels labels = Labels.of(report);
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("id", report.run().id());
    model.put("folder", labels.folder());
    model.put("place", report.run().place());
    model.put("facts", facts(report));
    model.put("summaries", report.summaries().stream().map(s -> summary(s, labels)).toList());
    model.put("gate", report.findings().stream().map(HtmlPage::finding).toList());
    model.put("gateFails", Gate.fails(report.findings()));
    Comparison comparison = report.comparison();
    if (comparison != null) {
      model.put("comparison", ChangesModel.of(comparison, report.run(), labels));
    }
    model.put("rivals", RivalsModel.of(report.run(), labels));
    model.put("culprits", culprits(report));
    model.put(
        "failures",
        FailureGroup.of(report.run().modules()).stream()
            .map(g -> group(report, labels, g))
            .toList());
    model.put("slowest", extremes(report, labels, Metric.VERIFY_TIME));
    model.put("largest", extremes(report, labels, Metric.ORIGINAL_BYTES));
    model.put("total", report.run().modules().size());
    model.put("shown", shown.size());
    model.put("css", text("report.css"));
    model.put("js", text("report.js"));
    model.put("charts", resource(CHARTS).replace("</script", "<\\/script"));
    model.put("data", PageData.of(report, labels, shown));
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

  private static Map<String, Object> summary(Summary summary, Labels labels) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("strategy", labels.strategy(summary.strategy()));
    model.put("modules", count(summary.modules()));
    model.put("verified", count(summary.count(Verdict.VERIFIED)));
    model.put("failed", count(summary.count(Verdict.MISMATCH) + summary.count(Verdict.ERROR)));
    model.put("medianSize", Figures.of(Metric.SIZE, summary.medianSize()));
    model.put("totalSize", Figures.of(Metric.SIZE, summary.totalSize()));
    model.put("originalBytes", Figures.bytes(summary.originalBytes()));
    model.put("transformedBytes", Figures.bytes(summary.transformedBytes()));
    model.put("medianOverhead", Figures.of(Metric.OVERHEAD, summary.medianOverhead()));
    model.put("totalOverhead", Figures.of(Metric.OVERHEAD, summary.totalOverhead()));
    model.put("functions", count(Math.round(summary.functions())));
    model.put("instrumented", count(Math.round(summary.instrumented())));
    model.put("instrumentedPart", part(summary.instrumented(), summary.functions()));
    model.put("coverage", part(summary.sitesSuspended(), summary.sitesThatCount()));
    model.put("tellsSites", summary.sites() > 0);
    model.put("sites", count(Math.round(summary.sites())));
    model.put("sitesSuspended", count(Math.round(summary.sitesSuspended())));
    model.put("sitesThatCount", count(Math.round(summary.sitesThatCount())));
    model.put("ladders", summary.ladders());
    model.put("frameSuspensions", count(Math.round(summary.frameSuspensions())));
    model.put("suspensions", count(Math.round(summary.suspensions())));
    List<Map<String, String>> verdicts = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      verdicts.add(Map.of("name", verdict.name(), "count", count(summary.count(verdict))));
    }
    model.put("verdicts", verdicts);
    return model;
  }

  private static String part(double part, double whole) {
    return Figures.of(Metric.COVERAGE, whole > 0 ? part / whole : Double.NaN);
  }

  /** A table for each kind that there is. */
  private static List<Map<String, Object>> culprits(Report report) {
    List<RunModule> modules =
        report.run().modules().stream().filter(m -> !m.responsible().isEmpty()).toList();
    List<Map<String, Object>> tables = new ArrayList<>();
    for (Responsible.Kind kind : Responsible.Kind.values()) {
      List<Culprit> all = Culprit.of(modules, kind);
      if (!all.isEmpty()) {
        long most = Math.max(1, all.get(0).bytes());
        tables.add(
            Map.of(
                "kind", kind.name(),
                "count", count(all.size()),
                "shown", Math.min(CULPRITS, all.size()),
                "rows", all.stream().limit(CULPRITS).map(c -> culprit(c, most)).toList()));
      }
    }
    return tables;
  }

  private static Map<String, String> culprit(Culprit culprit, long most) {
    return Map.of(
        "name", culprit.name(),
        "modules", count(culprit.modules()),
        "functions", count(culprit.functions()),
        "bytes", Figures.bytes((double) culprit.bytes()),
        "width", String.valueOf(100 * culprit.bytes() / most),
        "alone", count(culprit.alone()),
        "aloneBytes", Figures.bytes((double) culprit.aloneBytes()));
  }

  private static Map<String, Object> finding(Gate.Finding finding) {
    return Map.of(
        "condition", finding.condition(),
        "outcome", finding.outcome().name().toLowerCase(Locale.ROOT),
        "offenders", finding.offenders());
  }

  private static Map<String, Object> group(Report report, Labels labels, FailureGroup group) {
    List<Map<String, Object>> examples = new ArrayList<>();
    for (RunModule module :
        group.modules().subList(0, Math.min(EXAMPLES, group.modules().size()))) {
      examples.add(
          Map.of(
              "name", labels.of(module),
              "anchor", PageData.anchor(report.run(), module),
              "reason", module.row().reason(),
              "command", VerifyCommand.of(report.run(), module)));
    }
    return Map.of(
        "verdict", group.verdict().name(),
        "cause", group.cause(),
        "count", count(group.modules().size()),
        "examples", examples);
  }

  private static List<Map<String, String>> extremes(Report report, Labels labels, Metric metric) {
    return Summary.most(report.run().modules(), metric, EXTREMES).stream()
        .map(
            module ->
                Map.of(
                    "name", labels.of(module),
                    "anchor", PageData.anchor(report.run(), module),
                    "strategy", labels.strategy(module.row().strategy()),
                    "bytes",
                        Figures.of(Metric.ORIGINAL_BYTES, Metric.ORIGINAL_BYTES.of(module.row())),
                    "transform",
                        Figures.of(Metric.TRANSFORM_TIME, Metric.TRANSFORM_TIME.of(module.row())),
                    "verify", Figures.of(Metric.VERIFY_TIME, Metric.VERIFY_TIME.of(module.row()))))
        .toList();
  }

  static String count(long count) {
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
