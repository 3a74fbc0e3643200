package dev.bysync.report.page;

import dev.bysync.engine.Responsible;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Comparison.Pair;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.report.summary.Culprit;
import dev.bysync.report.summary.FailureGroup;
import dev.bysync.report.summary.Summary;
import dev.bysync.report.summary.VerifyCommand;
import dev.bysync.verify.Verdict;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A report that fits a comment on a pull request: headline figures, what the gate says, what
 * changed and what failed; at most some thirty lines of each, and fewer than 60,000 characters in
 * all.
 */
final class MarkdownPage {
  private static final int LINES = 30;
  private static final int TEXT = 160;
  private static final int COMMAND = 500;
  private static final int CULPRITS = 5;
  private static final List<Metric> COMPARED =
      List.of(Metric.TRANSFORMED_BYTES, Metric.FUEL, Metric.SITES, Metric.SITES_SUSPENDED);

  /** GitHub takes 65,536 characters; some are left for what surrounds the report. */
  private static final int MAX_CHARS = 60_000;

  private static final String CUT = "… cut here: --format json has everything\n";

  private final StringBuilder text = new StringBuilder();
  private boolean full;

  private MarkdownPage() {}

  static String of(Report report) {
    MarkdownPage page = new MarkdownPage();
    page.head(report);
    page.gate(report.findings());
    Comparison comparison = report.comparison();
    if (comparison != null) {
      page.comparison(comparison);
    }
    page.culprits(report.run().modules());
    page.failures(report.run());
    return page.text.toString();
  }

  private void head(Report report) {
    line("## Bysync: run %s".formatted(escape(report.run().id())));
    line("");
    line(
        "| strategy | modules | verified | size, median | size, all | instructions, all | sites"
            + " suspended |");
    line("|---|--:|--:|--:|--:|--:|--:|");
    for (Summary summary : report.summaries()) {
      line(
          "| %s | %,d | %,d | %s | %s | %s | %,.0f of %,.0f%s |"
              .formatted(
                  escape(summary.strategy()),
                  summary.modules(),
                  summary.count(Verdict.VERIFIED),
                  Figures.of(Metric.SIZE, summary.medianSize()),
                  Figures.of(Metric.SIZE, summary.totalSize()),
                  Figures.of(Metric.OVERHEAD, summary.totalOverhead()),
                  summary.sitesSuspended(),
                  summary.sitesThatCount(),
                  summary.ladders().isEmpty() ? "" : " (" + summary.ladders() + ")"));
    }
  }

  private void gate(List<Gate.Finding> findings) {
    if (findings.isEmpty()) {
      return;
    }
    line("");
    line(Gate.fails(findings) ? "### Gate: failed" : "### Gate: passed");
    line("");
    for (Gate.Finding finding : findings) {
      line(
          "- **%s** `%s`"
              .formatted(
                  switch (finding.outcome()) {
                    case PASSED -> "passed";
                    case FAILED -> "failed";
                    case UNDECIDED -> "undecided";
                  },
                  finding.condition().replace("`", "'")));
      some(finding.offenders(), offender -> "  - " + escape(offender));
    }
  }

  private void comparison(Comparison comparison) {
    List<Pair> differing = comparison.differing();
    line("");
    line("### Against run %s".formatted(escape(comparison.baseline().id())));
    line("");
    line(
        "%,d modules are the same in both, %,d of them with other results; %,d have other bytes, %,d are new, %,d are missing."
            .formatted(
                comparison.pairs().size(),
                differing.size(),
                comparison.changed().size(),
                comparison.appeared().size(),
                comparison.vanished().size()));
    List<Pair> verdicts = differing.stream().filter(pair -> pair.verdictChange() != 0).toList();
    if (!verdicts.isEmpty()) {
      line("");
      line("| module | verdict before | after |");
      line("|---|---|---|");
      some(
          verdicts,
          pair ->
              "| %s | %s | %s |"
                  .formatted(
                      escape(comparison.label(pair.after())),
                      pair.before().row().verdict(),
                      pair.after().row().verdict()));
    }
    for (Metric metric : COMPARED) {
      changes(comparison, metric, 1);
      changes(comparison, metric, -1);
    }
    list(comparison, "New", comparison.appeared());
    list(comparison, "Missing", comparison.vanished());
  }

  private void changes(Comparison comparison, Metric metric, int sign) {
    List<Pair> pairs = comparison.byEffect(metric, sign);
    String way = sign > 0 ? "rose" : "fell";
    if (pairs.isEmpty()) {
      return;
    }
    line("");
    line("**%s** %s in %,d modules:".formatted(metric.label(), way, pairs.size()));
    line("");
    some(
        pairs.subList(0, Math.min(10, pairs.size())),
        pair ->
            "- %s: %s"
                .formatted(
                    escape(comparison.label(pair.after())),
                    Figures.change(
                        metric, metric.of(pair.before().row()), metric.of(pair.after().row()))));
  }

  private void list(Comparison comparison, String title, List<RunModule> modules) {
    if (!modules.isEmpty()) {
      line("");
      line("**%s**:".formatted(title));
      line("");
      some(
          modules,
          module -> "- %s: %s".formatted(escape(comparison.label(module)), module.row().verdict()));
    }
  }

  private void culprits(List<RunModule> modules) {
    List<Culprit> imports = Culprit.of(modules, Responsible.Kind.IMPORT);
    List<Culprit> types = Culprit.of(modules, Responsible.Kind.INDIRECT_CALLS);
    if (imports.isEmpty() && types.isEmpty()) {
      return;
    }
    line("");
    line("### What instruments functions");
    line("");
    line(
        "| import, or type of indirect calls | modules | functions | their code | without it, fewer"
            + " |");
    line("|---|--:|--:|--:|--:|");
    Stream.concat(imports.stream().limit(CULPRITS), types.stream().limit(CULPRITS))
        .forEach(
            culprit ->
                line(
                    "| %s | %,d | %,d | %s | %,d |"
                        .formatted(
                            escape(culprit.name()),
                            culprit.modules(),
                            culprit.functions(),
                            Figures.bytes((double) culprit.bytes()),
                            culprit.alone())));
  }

  private void failures(Run run) {
    List<FailureGroup> groups = FailureGroup.of(run.modules());
    if (groups.isEmpty()) {
      return;
    }
    line("");
    line("### Not verified");
    line("");
    some(
        groups,
        group ->
            "- **%s**, %,d: %s (%s%s)%s"
                .formatted(
                    group.verdict(),
                    group.modules().size(),
                    escape(group.cause()),
                    escape(group.modules().get(0).name()),
                    group.modules().size() > 1 ? ", …" : "",
                    command(run, group.modules().get(0))));
  }

  /** A code block, if no hostile name could end it or make it overlong. */
  private static String command(Run run, RunModule module) {
    String command = VerifyCommand.of(run, module);
    boolean fits =
        command.length() <= COMMAND
            && command.chars().noneMatch(c -> c == '`' || c == '<' || c < ' ');
    return fits ? "\n  `" + command + "`" : "";
  }

  private <T> void some(List<T> items, Function<T, String> form) {
    items.stream().limit(LINES).forEach(item -> line(form.apply(item)));
    if (items.size() > LINES) {
      line("");
      line("… and %,d more".formatted(items.size() - LINES));
    }
  }

  private void line(String line) {
    if (full) {
      return;
    }
    if (text.length() + line.length() + CUT.length() + 2 > MAX_CHARS) {
      text.append('\n').append(CUT);
      full = true;
      return;
    }
    text.append(line).append('\n');
  }

  /** Text that is nothing but text, and its beginning only if it is long. */
  private static String escape(String value) {
    String shown =
        value.codePointCount(0, value.length()) > TEXT
            ? value.substring(0, value.offsetByCodePoints(0, TEXT - 1)) + "…"
            : value;
    return MarkdownText.escape(shown);
  }
}
