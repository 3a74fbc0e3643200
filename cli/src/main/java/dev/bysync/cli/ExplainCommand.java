package dev.bysync.cli;

import dev.bysync.analysis.Explainer;
import dev.bysync.analysis.Explainer.Blame;
import dev.bysync.analysis.Explainer.Why;
import dev.bysync.analysis.Plan;
import dev.bysync.analysis.PrintableText;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Unmatched;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Why so much is instrumented. */
@Command(
    name = "explain",
    description = {
      "Tell why a function is instrumented, or what in the module is responsible for how much.",
      "For a function: the shortest chain of calls to what can suspend. For the module: imports,"
          + " types of indirect calls and functions, by how much would not be instrumented if they"
          + " did not suspend; the largest frame on the asyncify stack; and what each policy for"
          + " indirect calls would save.",
      "Takes the options of transform.",
      ""
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int NO_SIZE = -1;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "IN.wasm", description = "The module; - is standard input.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String in;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FUNCTION",
      description = "A function's name, or its index in the module.")
  private @Nullable String function;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "How many to list of each kind; default: ${DEFAULT-VALUE}.")
  private int top = 10;

  /**
   * What a policy would make of the module.
   *
   * @param bytes size of the transformed module, or -1 if it can't be transformed
   * @param frame its largest frame; null if it has none
   */
  private record Outcome(
      IndirectCalls policy, int functions, long bodyBytes, long bytes, @Nullable Frame frame) {}

  /** What a function keeps on the asyncify stack at most. */
  private record Frame(int function, int bytes) {
    static @Nullable Frame largest(SiteMap sites) {
      int site = sites.largestFrame();
      return site < 0 ? null : new Frame(sites.function(site), sites.frameBytes(site));
    }
  }

  @Override
  public Integer call() {
    PlannedModule planned = PlannedModule.read(in, spec);
    PrintWriter out = spec.commandLine().getOut();
    String name = function;
    if (name != null) {
      for (int found : find(planned, name)) {
        explain(planned, found, out);
      }
    } else if (json) {
      out.println(json(planned));
    } else {
      print(planned, out);
    }
    out.flush();
    planned.warnings().forEach(spec.commandLine().getErr()::println);
    return ExitCode.DONE.code();
  }

  // ---- one function ----

  private List<Integer> find(PlannedModule planned, String name) {
    List<Integer> found = new ArrayList<>();
    for (int f = 0; f < planned.module().functionCount(); f++) {
      if (planned.text().name(f).equals(name) || planned.plan().names().name(f).equals(name)) {
        found.add(f);
      }
    }
    if (found.isEmpty() && name.matches("[0-9]{1,9}")) {
      int index = Integer.parseInt(name);
      if (index < planned.module().functionCount()) {
        found.add(index);
      }
    }
    if (found.isEmpty()) {
      throw CliFailure.usage(
          "%s: no function is called '%s'%s"
              .formatted(in, name, Unmatched.question(planned.plan().near(name))));
    }
    return found;
  }

  private void explain(PlannedModule planned, int found, PrintWriter out) {
    List<Why> path = planned.explainer().path(found);
    if (!json) {
      for (Why why : path) {
        out.printf(
            "%s (%d) %s%n",
            planned.shownName(why.function()), why.function(), planned.shownReason(why));
      }
      return;
    }
    Json text = new Json().open('{').name("function").value(found);
    text.name("instrumented").value(planned.plan().isInstrumented(found));
    text.name("path").open('[');
    for (Why why : path) {
      text.open('{').name("index").value(why.function());
      text.name("name").value(planned.text().name(why.function()));
      planned.writeReason(why, text);
      text.close('}');
    }
    out.println(text.close(']').close('}'));
  }

  // ---- the module ----

  private void print(PlannedModule planned, PrintWriter out) {
    Module module = planned.module();
    out.printf(
        Locale.ROOT,
        "%,d of %,d functions are instrumented, %,d of %,d bytes of code.%n",
        planned.plan().instrumentedCount(),
        module.bodyCount(),
        planned.explainer().instrumentedBytes(),
        planned.codeBytes());
    List<Blame> ranking = planned.explainer().ranking();
    for (Blame.Kind kind : Blame.Kind.values()) {
      List<Blame> some = ranking.stream().filter(blame -> blame.kind() == kind).toList();
      if (some.isEmpty()) {
        continue;
      }
      out.printf("%n%s%n", heading(kind));
      out.println("   without it, fewer        nearest to it");
      out.println("  functions     bytes   functions     bytes");
      for (Blame blame : some.subList(0, Math.min(top, some.size()))) {
        out.printf(
            Locale.ROOT,
            "%,11d %,9d %,11d %,9d  %s%n",
            blame.alone(),
            blame.aloneBytes(),
            blame.nearest(),
            blame.nearestBytes(),
            PrintableText.of(label(planned, blame)));
      }
      if (some.size() > top) {
        out.printf(Locale.ROOT, "  and %,d more; --top says how many%n", some.size() - top);
      }
    }
    List<Outcome> outcomes = outcomes(planned);
    Frame frame = chosenFrame(planned, outcomes);
    if (frame != null) {
      out.printf(
          Locale.ROOT,
          "%nThe largest frame on the asyncify stack: %,d bytes, of %s.%n",
          frame.bytes(),
          planned.shownName(frame.function()));
    }
    out.printf("%nPolicies for indirect calls%n");
    out.println("            functions     bytes of code   module after");
    for (Outcome outcome : outcomes) {
      out.printf(
          Locale.ROOT,
          "  %-8s %,11d %,17d %14s%s%n",
          outcome.policy().name().toLowerCase(Locale.ROOT),
          outcome.functions(),
          outcome.bodyBytes(),
          outcome.bytes() == NO_SIZE ? "refused" : "%,d".formatted(outcome.bytes()),
          outcome.policy() == planned.options().selection().indirect() ? "  (chosen)" : "");
    }
  }

  private static String heading(Blame.Kind kind) {
    return switch (kind) {
      case IMPORT -> "Imports that may suspend (fewer: --imports)";
      case INDIRECT_TYPE -> "Types of indirect calls that may suspend (fewer: --indirect)";
      case FUNCTION -> "Functions that others are instrumented for (fewer: --remove-list)";
    };
  }

  private static String label(PlannedModule planned, Blame blame) {
    return blame.kind() == Blame.Kind.INDIRECT_TYPE
        ? "type %d: %s".formatted(blame.index(), planned.text().type(blame.index()))
        : planned.text().name(blame.index());
  }

  private static @Nullable Frame chosenFrame(PlannedModule planned, List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome.policy() == planned.options().selection().indirect()) {
        return outcome.frame();
      }
    }
    return null;
  }

  private static List<Outcome> outcomes(PlannedModule planned) {
    List<Outcome> outcomes = new ArrayList<>();
    Module module = planned.module();
    for (IndirectCalls policy : IndirectCalls.values()) {
      AsyncifyOptions options =
          planned.options().withSelection(planned.options().selection().withIndirect(policy));
      Plan plan = Plan.of(module, options.selection());
      long bytes = NO_SIZE;
      Frame frame = null;
      try {
        Transformed transformed = Asyncify.transform(module.bytes(), options);
        bytes = transformed.bytes().length;
        frame = Frame.largest(transformed.sites());
      } catch (WasmException e) {
        // the policy is listed as refused
      }
      outcomes.add(
          new Outcome(
              policy,
              plan.instrumentedCount(),
              new Explainer(module, plan).instrumentedBytes(),
              bytes,
              frame));
    }
    return outcomes;
  }

  private static Json json(PlannedModule planned) {
    Json json = new Json().open('{');
    json.name("functions").value(planned.module().bodyCount());
    json.name("bytes").value(planned.codeBytes());
    json.name("instrumented").value(planned.plan().instrumentedCount());
    json.name("instrumentedBytes").value(planned.explainer().instrumentedBytes());
    json.name("responsible").open('[');
    for (Blame blame : planned.explainer().ranking()) {
      json.open('{').name("kind").value(blame.kind().name().toLowerCase(Locale.ROOT));
      json.name("index").value(blame.index()).name("name").value(label(planned, blame));
      json.name("alone").value(blame.alone()).name("aloneBytes").value(blame.aloneBytes());
      json.name("nearest").value(blame.nearest()).name("nearestBytes").value(blame.nearestBytes());
      json.close('}');
    }
    List<Outcome> outcomes = outcomes(planned);
    Frame frame = chosenFrame(planned, outcomes);
    json.close(']');
    if (frame != null) {
      json.name("largestSiteFrameBytes").value(frame.bytes());
      json.name("largestSiteFrameFunction").value(planned.text().name(frame.function()));
    }
    json.name("policies").open('[');
    for (Outcome outcome : outcomes) {
      json.open('{').name("indirect").value(outcome.policy().name().toLowerCase(Locale.ROOT));
      json.name("instrumented").value(outcome.functions());
      json.name("instrumentedBytes").value(outcome.bodyBytes());
      if (outcome.bytes() != NO_SIZE) {
        json.name("moduleBytes").value(outcome.bytes());
      }
      json.close('}');
    }
    return json.close(']').close('}');
  }
}
