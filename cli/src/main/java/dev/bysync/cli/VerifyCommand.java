package dev.bysync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.verify.FrameReproduction;
import dev.bysync.verify.Reproducer;
import dev.bysync.verify.Reproduction;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.SiteCalls;
import dev.bysync.verify.SuspensionCost;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.VerifyOptions.Overflow;
import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.frame.FrameDifference;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.wasm.binary.WasmException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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
          + " original is transformed here, and each call that may suspend is to be suspended and"
          + " resumed, in whole programs or in its function by itself. Of what bysync transform"
          + " made, options and sites are known, since the module carries its options; options"
          + " given here count more. The verdict and what it stands on are printed on standard"
          + " output. A MISMATCH leaves a reproducer, which replay runs.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  VERIFIED, UNEXERCISED (too little was suspended) or BUDGET (the fuel ran out)",
      "  1  MISMATCH: they differ; ERROR: a fault of bysync; or two interpreters disagree",
      "  2  wrong usage",
      "  3  REJECTED: not a pair of modules that can be run; a file that can't be read"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      CoverageText.flat(new ObjectMapper()).enable(SerializationFeature.INDENT_OUTPUT);

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
      names = "--min-sites",
      paramLabel = "PERCENT",
      description =
          "How many of the reachable sites have to be suspended for VERIFIED, 0 to 100, where sites"
              + " are known; default: 90. Below it the verdict is UNEXERCISED.")
  private @Nullable Integer minSites;

  @Option(
      names = "--sites",
      description =
          "List every site: function, call, and how it was come to, or why not: by the host,"
              + " forced, by frames, by branches, unreachable, not reached; of another tool's output"
              + " also not matched, where it is not known which call of the original it is.")
  private boolean listsSites;

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
    pair.warnings().forEach(warning -> err.println("warning: " + PrintableText.of(warning)));
    SiteCalls calls = listsSites ? SiteCalls.of(pair.subject()) : null;
    if (listsSites && calls == null) {
      throw CliFailure.usage(
          "--sites: where the module suspends that another tool has transformed is not known");
    }
    VerifyOptions options =
        new VerifyOptions(
            seed == null ? defaults.seed() : seed,
            limit,
            pair.memory(),
            overflow(pair),
            pair.rule(),
            minSites(),
            secondOpinion ? new EndiveFactory() : null);
    Verification result = Verifier.verify(pair.subject(), options);
    Outcome outcome =
        result.verdict() == Verdict.MISMATCH
            ? reproduce(pair, options, result)
            : new Outcome(result, "", List.of());
    SiteListing sites =
        calls == null ? null : new SiteListing(pair.original(), calls, result.sites());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(outcome, sites, pair));
    } else {
      print(outcome, sites, pair.sites(), out);
    }
    out.flush();
    return exitCode(result).code();
  }

  private int minSites() {
    int percent = minSites == null ? ProcessOptions.defaults().minSites() : minSites;
    if (percent < 0 || percent > 100) {
      throw CliFailure.usage("--min-sites must be 0 to 100, not " + percent);
    }
    return percent;
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
      SiteText text = new SiteText(pair.original());
      Optional<FrameDifference> byFrames =
          FrameReproduction.of(pair.subject(), options.memory()).flatMap(f -> f.find(options));
      if (byFrames.isPresent()) {
        List<String> where = text.of(FrameReproduction.sites(byFrames.get()));
        ReproducerFile.Frame frame = new ReproducerFile.Frame(options.memory(), byFrames.get());
        return written(ReproducerFile.of(pair, where, frame), result);
      }
      Optional<Reproducer> found = Reproduction.of(pair.subject()).find(options);
      return found.isEmpty()
          ? none
          : written(ReproducerFile.of(pair, text.of(found.get().sites()), found.get()), result);
    } catch (LoadException | WasmException | IllegalArgumentException e) {
      return none; // what can't be run differs without being run
    }
  }

  private Outcome written(ReproducerFile found, Verification result) {
    String file = reproducer == null ? fileName(original) : reproducer;
    found.write(file);
    return new Outcome(result, file, found.where());
  }

  private static String fileName(String module) {
    return Path.of(module).getFileName() + ".reproducer.json";
  }

  private static String json(Outcome outcome, @Nullable SiteListing sites, ModulePair pair) {
    ObjectNode tree = JSON.valueToTree(outcome.verification());
    tree.set("options", JSON.valueToTree(pair.options()));
    SuspensionCost cost = outcome.verification().coverage().cost();
    if (cost.deepestStackBytes() > 0) {
      tree.withObject("/coverage/cost").put("recommendedStackBytes", cost.recommendedStackBytes());
    }
    SiteMap map = pair.sites();
    if (map != null && map.size() > 0) {
      tree.put("largestSiteFrameBytes", map.frameBytes(map.largestFrame()));
    }
    if (sites != null) {
      sites.write(tree.putArray("sites"));
    }
    if (!outcome.file().isEmpty()) {
      tree.put("reproducer", outcome.file());
    }
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can be written", e);
    }
  }

  private static void print(
      Outcome outcome, @Nullable SiteListing sites, @Nullable SiteMap map, PrintWriter out) {
    Verification result = outcome.verification();
    out.println(
        result.verdict()
            + (result.reason().isEmpty() ? "" : ": " + PrintableText.of(result.reason())));
    CoverageText.print(result, out);
    printStack(result.coverage().cost(), map, out);
    SecondOpinion second = result.second();
    if (second.finding() != SecondOpinion.Finding.NOT_ASKED) {
      out.printf(
          Locale.ROOT,
          "second interpreter: %s%s; %,d suspensions%n",
          second.finding(),
          second.reason().isEmpty() ? "" : ": " + PrintableText.of(second.reason()),
          second.suspensions());
    }
    outcome.where().forEach(site -> out.println("suspended in " + site));
    if (!outcome.file().isEmpty()) {
      out.println("see it again, step by step: bysync replay " + outcome.file());
    }
    if (sites != null) {
      sites.print(out);
    }
  }

  /** What a stack needs, as far as it was seen. */
  private static void printStack(SuspensionCost cost, @Nullable SiteMap sites, PrintWriter out) {
    List<String> figures = new ArrayList<>();
    if (sites != null && sites.size() > 0) {
      int bytes = sites.frameBytes(sites.largestFrame());
      figures.add(String.format(Locale.ROOT, "the largest frame has %,d bytes", bytes));
    }
    if (cost.deepestStackBytes() > 0) {
      figures.add(
          String.format(
              Locale.ROOT,
              "the deepest seen had %,d, recommended are %,d",
              cost.deepestStackBytes(),
              cost.recommendedStackBytes()));
    }
    if (!figures.isEmpty()) {
      out.println("stack: " + String.join(", ", figures));
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
