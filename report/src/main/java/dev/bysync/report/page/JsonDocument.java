package dev.bysync.report.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.RunModule;
import dev.bysync.report.summary.Summary;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.util.List;

/** Everything for programs; a figure that a module has not is left out. */
final class JsonDocument {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonDocument() {}

  static String of(Report report) throws IOException {
    ObjectNode top = MAPPER.createObjectNode();
    top.put("format", "bysync-report").put("version", 1);
    ObjectNode run = top.putObject("run");
    run.put("id", report.run().id()).put("place", report.run().place());
    ObjectNode facts = run.putObject("facts");
    report.run().facts().forEach(facts::put);
    ObjectNode profiles = run.putObject("profiles");
    report.run().strategies().forEach(profiles::put);
    ArrayNode summaries = top.putArray("summaries");
    report.summaries().forEach(summary -> summary(summaries.addObject(), summary));
    ArrayNode modules = top.putArray("modules");
    report.run().modules().forEach(module -> module(modules.addObject(), module));
    Comparison comparison = report.comparison();
    if (comparison != null) {
      comparison(top.putObject("comparison"), comparison);
    }
    ArrayNode findings = top.putArray("gate");
    for (Gate.Finding finding : report.findings()) {
      ObjectNode node = findings.addObject();
      node.put("condition", finding.condition()).put("outcome", finding.outcome().name());
      finding.offenders().forEach(node.putArray("offenders")::add);
    }
    return MAPPER.writeValueAsString(top) + "\n";
  }

  private static void summary(ObjectNode node, Summary summary) {
    node.put("strategy", summary.strategy()).put("modules", summary.modules());
    ObjectNode verdicts = node.putObject("verdicts");
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict.name(), summary.count(verdict));
    }
    figure(node, "median_size", summary.medianSize());
    figure(node, "total_size", summary.totalSize());
    figure(node, "original_bytes", summary.originalBytes());
    figure(node, "transformed_bytes", summary.transformedBytes());
    figure(node, "median_overhead", summary.medianOverhead());
    figure(node, "total_overhead", summary.totalOverhead());
    figure(node, "functions", summary.functions());
    figure(node, "instrumented", summary.instrumented());
    figure(node, "sites", summary.sites());
    figure(node, "reachable_sites", summary.reachableSites());
    figure(node, "sites_suspended", summary.sitesSuspended());
    figure(node, "sites_by_host", summary.sitesByHost());
    figure(node, "sites_forced", summary.sitesForced());
    figure(node, "sites_by_frames", summary.sitesByFrames());
    figure(node, "sites_by_branches", summary.sitesByBranches());
    figure(node, "suspensions", summary.suspensions());
    figure(node, "frame_suspensions", summary.frameSuspensions());
  }

  static void module(ObjectNode node, RunModule module) {
    module.places().forEach(node.putArray("places")::add);
    node.put("sha256", module.sha256())
        .put("strategy", module.row().strategy())
        .put("known", module.known())
        .put("verdict", module.row().verdict().name())
        .put("reason", module.row().reason());
    ArrayNode responsible = node.putArray("responsible");
    module.responsible().forEach(responsible::addPOJO);
    ObjectNode figures = node.putObject("metrics");
    for (Metric metric : Metric.values()) {
      figure(figures, metric.key(), metric.of(module.row()));
    }
  }

  private static void comparison(ObjectNode node, Comparison comparison) {
    node.put("baseline", comparison.baseline().id());
    node.put("equal", comparison.pairs().size() - comparison.differing().size());
    pairs(node.putArray("differing"), comparison.differing());
    pairs(node.putArray("changed"), comparison.changed());
    comparison.appeared().forEach(m -> module(node.withArray("appeared").addObject(), m));
    comparison.vanished().forEach(m -> module(node.withArray("vanished").addObject(), m));
  }

  private static void pairs(ArrayNode array, List<Pair> pairs) {
    for (Pair pair : pairs) {
      ObjectNode node = array.addObject();
      module(node.putObject("before"), pair.before());
      module(node.putObject("after"), pair.after());
    }
  }

  private static void figure(ObjectNode node, String name, double value) {
    if (!Double.isNaN(value)) {
      if (value == Math.rint(value)) {
        node.put(name, (long) value);
      } else {
        node.put(name, value);
      }
    }
  }
}
