package dev.bysync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.cli.ReproducerFile.Variant;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.ProbeTransform;
import dev.bysync.verify.Reproducer;
import dev.bysync.verify.Reproduction;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.VerifyOptions.Overflow;
import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.wasm.binary.WasmException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies one pair of modules. */
@Command(
    name = "verify",
    description = {
      "Run a module and its asyncified form side by side and compare all they do.",
      "The transformed module may come from any tool that keeps the asyncify ABI; without one, the"
          + " original is transformed here. Of what bysync transform made, options and sites are"
          + " known, since the module carries its options; options given here count more. The"
          + " verdict and what was covered are printed on standard output. If nothing can be suspended in the module, a"
          + " variant of it that calls a suspending function at the entry of functions and the head"
          + " of loops is transformed and verified beside it. A MISMATCH leaves a reproducer, which replay"
          + " runs.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  VERIFIED, UNEXERCISED (nothing could be suspended) or BUDGET (the fuel ran out)",
      "  1  MISMATCH: they differ; ERROR: a fault of bysync; or two interpreters disagree",
      "  2  wrong usage",
      "  3  REJECTED: not a pair of modules that can be run; a file that can't be read"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "ORIGINAL", description = "The module as it was.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String original;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TRANSFORMED",
      description = "The module to verify; default: what our transform makes of the original.")
  private @Nullable String transformed;

  @Option(names = "--transformed", paramLabel = "FILE", description = "The same as TRANSFORMED.")
  private @Nullable String named;

  @Option(
      names = "--fuel",
      paramLabel = "N",
      description = "Instructions that the original may execute; default: 20000000.")
  private @Nullable Long fuel;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of arguments and of what the host answers; default: 1.")
  private @Nullable Long seed;

  @Option(
      names = "--overflow",
      paramLabel = "WHEN",
      description = {
        "When an asyncify stack that is too small must be noticed: at-once, before a byte of the"
            + " frame that does not fit is written, or when-stopped, by asyncify_stop_unwind, as in"
            + " Binaryen's output; default: at-once for our transform, when-stopped for other tools'."
      })
  private @Nullable String overflow;

  @Option(
      names = "--reproducer",
      paramLabel = "FILE",
      description =
          "Where the reproducer of a MISMATCH goes; default: the original's name with"
              + " .reproducer.json added, in the working directory.")
  private @Nullable String reproducer;

  @Option(
      names = "--second-opinion",
      description =
          "Run the same on a second interpreter (Endive's), if it takes the module, and compare: a"
              + " disagreement of the two is told beside the verdict, and ends with exit code 1.")
  private boolean secondOpinion;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** A verification with the file of its reproducer, empty if there is none. */
  private record Outcome(Verification verification, String file, List<String> where) {}

  @Override
  public Integer call() {
    ProcessOptions defaults = ProcessOptions.defaults();
    long limit = fuel == null ? defaults.fuel() : fuel;
    if (limit < 1) {
      throw CliFailure.usage("--fuel must be at least 1, not " + limit);
    }
    if (transformed != null && named != null) {
      throw CliFailure.usage("TRANSFORMED and --transformed are the same: give one of them");
    }
    String other = transformed == null ? named : transformed;
    ModulePair pair = ModulePair.read(original, other, TransformArguments.read(spec));
    PrintWriter err = spec.commandLine().getErr();
    pair.warnings().forEach(warning -> err.println("warning: " + warning));
    VerifyOptions options =
        new VerifyOptions(
            seed == null ? defaults.seed() : seed,
            limit,
            pair.memory(),
            overflow(pair),
            pair.rule(),
            VerifyOptions.MIN_SITES,
            secondOpinion ? new EndiveFactory() : null);
    Verification result =
        Verifier.verify(
            new Subject(pair.original(), pair.transformed(), pair.sites(), pair.map()),
            options,
            new InterpreterFactory());
    Outcome outcome =
        result.verdict() == Verdict.MISMATCH
            ? reproduce(pair, options, result)
            : new Outcome(result, "", List.of());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(outcome, pair));
    } else {
      print(outcome, out);
    }
    out.flush();
    return exitCode(result).code();
  }

  private Overflow overflow(ModulePair pair) {
    if (overflow == null) {
      return pair.overflow();
    }
    return switch (overflow) {
      case "at-once" -> Overflow.AT_ONCE;
      case "when-stopped" -> Overflow.WHEN_STOPPED;
      default -> throw CliFailure.usage("--overflow is at-once or when-stopped, not " + overflow);
    };
  }

  private Outcome reproduce(ModulePair pair, VerifyOptions options, Verification result) {
    Outcome none = new Outcome(result, "", List.of());
    if (original.equals(WasmFiles.STREAM) || WasmFiles.STREAM.equals(transformed)) {
      return none;
    }
    try {
      Variant variant = Variant.NONE;
      Reproduction modules = Reproduction.of(pair.original(), pair.transformed(), pair.sites());
      Optional<Reproducer> found = modules.find(options);
      ProbeTransform probe = pair.probe();
      if (found.isEmpty() && probe != null) {
        variant = Variant.PROBE;
        modules = Reproduction.ofProbe(pair.original(), probe);
        found = modules.find(options);
      }
      if (found.isEmpty()) {
        return none;
      }
      List<String> where = new SiteText(modules.module()).of(found.get().sites());
      String file = reproducer == null ? fileName(original) : reproducer;
      ReproducerFile.of(pair, variant, where, found.get()).write(file);
      return new Outcome(result, file, where);
    } catch (LoadException | WasmException | IllegalArgumentException e) {
      return none; // what can't be run differs without being run
    }
  }

  private static String fileName(String module) {
    return Path.of(module).getFileName() + ".reproducer.json";
  }

  private static String json(Outcome outcome, ModulePair pair) {
    ObjectNode tree = JSON.valueToTree(outcome.verification());
    tree.set("options", JSON.valueToTree(pair.options()));
    if (!outcome.file().isEmpty()) {
      tree.put("reproducer", outcome.file());
    }
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can be written", e);
    }
  }

  private static void print(Outcome outcome, PrintWriter out) {
    Verification result = outcome.verification();
    Coverage coverage = result.coverage();
    out.println(result.verdict() + (result.reason().isEmpty() ? "" : ": " + result.reason()));
    String sites =
        coverage.sites() == 0
            ? ""
            : "%,d of %,d sites suspended, ".formatted(coverage.sitesSuspended(), coverage.sites());
    out.printf(
        Locale.ROOT,
        "%s%,d exports run, %,d host calls, %,d suspensions; %,d instructions, %,d transformed%n",
        sites,
        coverage.exportsRun(),
        coverage.hostCalls(),
        coverage.suspensions(),
        result.fuelOriginal(),
        result.fuelTransformed());
    Coverage.Schedules schedules = coverage.schedules();
    if (coverage.suspensions() > 0) {
      out.printf(
          Locale.ROOT,
          "of them %,d at random and %,d alone; %,d calls made and %,d stacks overtaken while"
              + " suspended, %,d stacks too small%n",
          schedules.random(),
          schedules.alone(),
          schedules.visits(),
          schedules.reordered(),
          schedules.overflows());
    }
    SecondOpinion second = result.second();
    if (second.finding() != SecondOpinion.Finding.NOT_ASKED) {
      out.printf(
          Locale.ROOT,
          "second interpreter: %s%s; %,d suspensions%n",
          second.finding(),
          second.reason().isEmpty() ? "" : ": " + second.reason(),
          second.suspensions());
    }
    outcome.where().forEach(site -> out.println("suspended in " + site));
    if (!outcome.file().isEmpty()) {
      out.println("see it again, step by step: bysync replay " + outcome.file());
    }
  }

  private static ExitCode exitCode(Verification result) {
    if (result.second().finding() == SecondOpinion.Finding.DISAGREES) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return switch (result.verdict()) {
      case VERIFIED, UNEXERCISED, BUDGET -> ExitCode.DONE;
      case MISMATCH, ERROR -> ExitCode.VERIFICATION_FAILED;
      case REJECTED -> ExitCode.BAD_INPUT;
    };
  }
}
