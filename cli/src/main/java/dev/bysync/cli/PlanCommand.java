package dev.bysync.cli;

import dev.bysync.analysis.Explainer;
import dev.bysync.analysis.Explainer.Why;
import dev.bysync.analysis.Plan;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.wasm.module.Module;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the transform would instrument. */
@Command(
    name = "plan",
    description = {
      "Tell for every function whether it would be instrumented, and why.",
      "Takes the options of transform. Offsets are those of the call in the file.",
      ""
    })
final class PlanCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "IN.wasm", description = "The module; - is standard input.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String in;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PlannedModule planned = PlannedModule.read(in, spec);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(planned));
    } else {
      print(planned, out);
    }
    out.flush();
    planned.warnings().forEach(spec.commandLine().getErr()::println);
    return ExitCode.DONE.code();
  }

  private static void print(PlannedModule planned, PrintWriter out) {
    Module module = planned.module();
    Plan plan = planned.plan();
    Explainer explainer = planned.explainer();
    for (int f = 0; f < module.functionCount(); f++) {
      out.printf(
          Locale.ROOT,
          "%s %6d  %s: %s%n",
          f < module.importedFunctionCount() ? " " : plan.isInstrumented(f) ? "*" : "-",
          f,
          planned.shownName(f),
          planned.shownReason(explainer.why(f)));
    }
    out.printf(
        Locale.ROOT,
        "%,d of %,d functions instrumented, %,d of %,d bytes of code%n",
        plan.instrumentedCount(),
        module.bodyCount(),
        explainer.instrumentedBytes(),
        planned.codeBytes());
  }

  private static Json json(PlannedModule planned) {
    Module module = planned.module();
    Json json = new Json().open('{').name("functions").open('[');
    for (int f = 0; f < module.functionCount(); f++) {
      Why why = planned.explainer().why(f);
      json.open('{').name("index").value(f).name("name").value(planned.text().name(f));
      json.name("imported").value(f < module.importedFunctionCount());
      json.name("instrumented").value(planned.plan().isInstrumented(f));
      json.name("bytes").value(planned.explainer().bodyBytes(f));
      planned.writeReason(why, json);
      json.close('}');
    }
    json.close(']').name("instrumented").value(planned.plan().instrumentedCount());
    json.name("instrumentedBytes").value(planned.explainer().instrumentedBytes());
    return json.name("bytes").value(planned.codeBytes()).close('}');
  }
}
