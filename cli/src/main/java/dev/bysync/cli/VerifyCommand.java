package dev.bysync.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.cli.ModuleFiles.ModuleFile;
import dev.bysync.cli.VerifyOutput.Outcome;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.verify.FrameReproduction;
import dev.bysync.verify.Reproducer;
import dev.bysync.verify.Reproduction;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.SiteCalls;
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
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies a pair of modules, or what our transform makes of several. */
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
      "With a folder, with --each, or with more than two files each module is transformed here and"
          + " verified by itself, several at a time; a line for each, and a sum.",
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
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Mixin ThreadOption threads = new ThreadOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "MODULE",
      description =
          "The original and the module to verify, which by default is what our transform makes of"
              + " the original; or originals only: a folder, in which all files below are meant"
              + " whose names end in .wasm, or more than two files.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private List<String> modules;

  @Option(names = "--each", description = "All files are originals, also if there are two.")
  private boolean each;

  @Option(
      names = "--transformed",
      paramLabel = "FILE",
      description = "The module to verify, as second MODULE.")
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

  @Option(names = "--json", description = "Print one JSON object; of several modules an array.")
  private boolean json;

  @Override
  public Integer call() {
    ProcessOptions defaults = ProcessOptions.defaults();
    long limit = fuel == null ? defaults.fuel() : fuel;
    if (limit < 1) {
      throw CliFailure.usage("--fuel must be at least 1, not " + limit);
    }
    OptionParser parser = TransformArguments.read(spec);
    if (each || modules.size() > 2 || modules.stream().anyMatch(ModuleFiles::isFolder)) {
      return many(parser, limit).code();
    }
    if (modules.size() == 2 && named != null) {
      throw CliFailure.usage(
          "the second module and --transformed are the same: give one of them, or --each");
    }
    String other = modules.size() == 2 ? modules.get(1) : named;
    ModulePair pair = ModulePair.read(modules.get(0), other, parser);
    PrintWriter err = spec.commandLine().getErr();
    pair.warnings().forEach(warning -> err.println("warning: " + PrintableText.of(warning)));
    SiteCalls calls = listsSites ? SiteCalls.of(pair.subject()) : null;
    if (listsSites && calls == null) {
      throw CliFailure.usage(
          "--sites: where the module suspends that another tool has transformed is not known");
    }
    String file = reproducer == null ? fileName(Path.of(modules.get(0)).getFileName()) : reproducer;
    Outcome outcome = verify(pair, limit, file);
    Verification result = outcome.verification();
    SiteListing sites =
        calls == null ? null : new SiteListing(pair.original(), calls, result.sites());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(VerifyOutput.text(VerifyOutput.tree(outcome, sites, pair)));
    } else {
      VerifyOutput.print(outcome, sites, pair.sites(), out);
    }
    out.flush();
    return exitCode(result).code();
  }

  private Outcome verify(ModulePair pair, long limit, String file) {
    VerifyOptions options =
        new VerifyOptions(
            seed == null ? ProcessOptions.defaults().seed() : seed,
            limit,
            pair.memory(),
            overflow(pair),
            pair.rule(),
            minSites(),
            secondOpinion ? new EndiveFactory() : null);
    Verification result = Verifier.verify(pair.subject(), options);
    return result.verdict() == Verdict.MISMATCH
        ? reproduce(pair, options, result, file)
        : new Outcome(result, "", List.of());
  }

  // ---- several modules ----

  /** What there is to tell of one of them. */
  private record Told(
      ModuleFile module, @Nullable ModulePair pair, Outcome outcome, String warnings) {}

  private ExitCode many(OptionParser parser, long limit) {
    if (named != null || listsSites || reproducer != null) {
      throw CliFailure.usage("--transformed, --sites and --reproducer are for one module");
    }
    List<ModuleFile> all = ModuleFiles.find(modules);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    EnumMap<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    EnumSet<ExitCode> codes = EnumSet.noneOf(ExitCode.class);
    ArrayNode array = VerifyOutput.array();
    InTurn.each(
        all,
        threads.count(),
        module -> oneOfMany(module, parser, limit),
        told -> {
          Verification result = told.outcome().verification();
          verdicts.merge(result.verdict(), 1, Integer::sum);
          codes.add(exitCode(result));
          err.print(told.warnings());
          if (json) {
            ObjectNode tree = VerifyOutput.tree(told.outcome(), null, told.pair());
            array.addObject().put("file", told.module().file().toString()).setAll(tree);
          } else {
            VerifyOutput.printLine(
                told.module().name().toString(), told.pair(), told.outcome(), out);
            out.flush();
          }
        });
    if (json) {
      out.println(VerifyOutput.text(array));
    } else {
      out.println(
          ModuleFiles.count(all.size())
              + ": "
              + verdicts.entrySet().stream()
                  .map(
                      entry ->
                          String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                  .collect(Collectors.joining(", ")));
    }
    err.flush();
    out.flush();
    return Collections.max(codes);
  }

  /** A module that can't be read or transformed ends none of the others' verification. */
  private Told oneOfMany(ModuleFile module, OptionParser parser, long limit) {
    try {
      ModulePair pair = ModulePair.read(module.file().toString(), null, parser);
      String warnings =
          pair.warnings().stream()
              .map(warning -> "warning: " + PrintableText.of(warning) + System.lineSeparator())
              .collect(Collectors.joining());
      return new Told(module, pair, verify(pair, limit, fileName(module.name())), warnings);
    } catch (CliFailure e) {
      if (e.exitCode() != ExitCode.BAD_INPUT) {
        throw e;
      }
      String message = String.valueOf(e.getMessage());
      String prefix = module.file() + ": ";
      String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
      return without(module, Verdict.REJECTED, reason.replaceFirst("^REJECTED: ", ""));
    } catch (RuntimeException | StackOverflowError e) {
      return without(module, Verdict.ERROR, "a fault of bysync: " + e);
    }
  }

  private static Told without(ModuleFile module, Verdict verdict, String reason) {
    Verification nothing = Verification.without(verdict, reason);
    return new Told(module, null, new Outcome(nothing, "", List.of()), "");
  }

  // ---- options and output ----

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

  private static Outcome reproduce(
      ModulePair pair, VerifyOptions options, Verification result, String file) {
    Outcome none = new Outcome(result, "", List.of());
    if (pair.originalName().equals(WasmFiles.STREAM)
        || WasmFiles.STREAM.equals(pair.transformedName())) {
      return none;
    }
    try {
      SiteText text = new SiteText(pair.original());
      Optional<FrameDifference> byFrames =
          FrameReproduction.of(pair.subject(), options.memory()).flatMap(f -> f.find(options));
      if (byFrames.isPresent()) {
        List<String> where = text.of(FrameReproduction.sites(byFrames.get()));
        ReproducerFile.Frame frame = new ReproducerFile.Frame(options.memory(), byFrames.get());
        return written(ReproducerFile.of(pair, where, frame), result, file);
      }
      Optional<Reproducer> found = Reproduction.of(pair.subject()).find(options);
      return found.isEmpty()
          ? none
          : written(
              ReproducerFile.of(pair, text.of(found.get().sites()), found.get()), result, file);
    } catch (LoadException | WasmException | IllegalArgumentException e) {
      return none; // what can't be run differs without being run
    }
  }

  private static Outcome written(ReproducerFile found, Verification result, String file) {
    found.write(file);
    return new Outcome(result, file, found.where());
  }

  /** In the working directory; of a module in folders with dots in place of the separators. */
  private static String fileName(Path module) {
    String name = module.toString().replace(module.getFileSystem().getSeparator(), ".");
    return name + ".reproducer.json";
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
