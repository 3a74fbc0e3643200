package dev.bysync.cli.runs;

import dev.bysync.analysis.PrintableText;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.engine.Responsible;
import dev.bysync.job.sink.BinaryStore;
import dev.bysync.report.run.Figures;
import dev.bysync.report.run.Metric;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.report.summary.VerifyCommand;
import dev.bysync.verify.SecondOpinion;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** All that is known of a module. */
public final class ModuleListing {
  private static final int MOST = 20;
  private static final int RESPONSIBLE = 5;

  private ModuleListing() {}

  /**
   * Prints the module, by each strategy of the run.
   *
   * @param module beginning of its SHA-256, or a part of its name
   */
  public static void print(
      String address, String module, Map<String, String> hadoop, PrintStream console) {
    Run run = RunAddress.parse(address).read(RunAddress.configuration(hadoop));
    List<RunModule> found = find(run, module);
    long different = found.stream().map(RunModule::sha256).distinct().count();
    if (found.isEmpty()) {
      throw CliFailure.badInput(
          "run %s has no module whose hash begins with, or whose name contains, '%s'"
              .formatted(run.id(), module),
          null);
    }
    if (different > 1) {
      StringBuilder text = new StringBuilder();
      found.stream()
          .limit(MOST)
          .forEach(m -> text.append("\n  %.12s  %s".formatted(m.sha256(), m.name())));
      throw CliFailure.badInput(
          "'%s' are %d modules of run %s; give the beginning of one's hash:%s%s"
              .formatted(module, different, run.id(), text, found.size() > MOST ? "\n  ..." : ""),
          null);
    }
    found.forEach(each -> print(run, each, console));
  }

  private static List<RunModule> find(Run run, String text) {
    String hash = text.toLowerCase(Locale.ROOT);
    List<RunModule> byHash =
        run.modules().stream().filter(module -> module.sha256().startsWith(hash)).toList();
    return !byHash.isEmpty()
        ? byHash
        : run.modules().stream()
            .filter(module -> module.places().stream().anyMatch(place -> place.contains(text)))
            .toList();
  }

  private static void print(Run run, RunModule module, PrintStream console) {
    line(console, "module", module.name());
    module.places().stream().skip(1).forEach(place -> line(console, "also in", place));
    line(console, "sha256", module.sha256());
    line(console, "strategy", module.row().strategy());
    line(console, "profile", module.row().profile());
    line(console, "verdict", module.row().verdict().name());
    if (module.row().secondOpinion() != SecondOpinion.Finding.NOT_ASKED) {
      line(console, "second opinion", module.row().secondOpinion().name());
    }
    if (!module.row().reason().isEmpty()) {
      line(console, "reason", module.row().reason());
    }
    line(console, "processed", module.known() ? "by run " + module.row().runId() : "by this run");
    if (module.row().transformedBytes() > 0) {
      line(
          console,
          "binary",
          run.place().replaceFirst("/$", "")
              + "/"
              + BinaryStore.path(module.row().profile(), module.sha256()));
    }
    for (Metric metric : Metric.values()) {
      double value = metric.of(module.row());
      if (!Double.isNaN(value)) {
        line(console, metric.key(), Figures.of(metric, value));
      }
    }
    module.responsible().stream()
        .collect(Collectors.groupingBy(Responsible::kind))
        .values()
        .forEach(list -> list.stream().limit(RESPONSIBLE).forEach(one -> line(console, one)));
    line(console, "see it again", VerifyCommand.of(run, module));
    console.println();
  }

  private static void line(PrintStream console, Responsible one) {
    line(
        console,
        one.kind() == Responsible.Kind.IMPORT ? "import" : "indirect calls",
        "%s instruments %,d functions, %,d of them alone"
            .formatted(one.name(), one.functions(), one.alone()));
  }

  private static void line(PrintStream console, String label, String value) {
    console.printf("%-19s %s%n", label, PrintableText.of(value));
  }
}
