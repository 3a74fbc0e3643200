package dev.bysync.cli;

import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.verify.Reproduction;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.wasm.binary.WasmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a reproducer again. */
@Command(
    name = "replay",
    description = {
      "Run a reproducer that verify has written, step by step: every call of the host, every"
          + " suspension, the first difference.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  there is no difference any more",
      "  1  there is a difference",
      "  2  wrong usage",
      "  3  no reproducer of this version, or its module is missing or another one"
    })
final class ReplayCommand implements Callable<Integer> {
  private static final String ORIGINAL = "--original";
  private static final String TRANSFORMED = "--transformed";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The reproducer; - is standard input.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String file;

  @Option(
      names = ORIGINAL,
      paramLabel = "FILE",
      description = "Where the original module is now; it must be the same one.")
  private @Nullable String original;

  @Option(
      names = TRANSFORMED,
      paramLabel = "FILE",
      description = "Another transformed module to try, such as one with a fault repaired.")
  private @Nullable String transformed;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    ReproducerFile reproducer = ReproducerFile.read(file);
    byte[] module = reproducer.original().read(original, ORIGINAL);
    ModulePair pair = pair(reproducer, module);
    try {
      Reproduction modules = Reproduction.of(module, pair.transformed(), pair.sites());
      SiteText text = new SiteText(modules.module());
      ReplayPrinter printer = new ReplayPrinter(spec.commandLine().getOut(), text, json);
      String difference = modules.replay(reproducer.reproducer(), printer);
      printer.end(difference, reproducer.reproducer().difference());
      return (difference.isEmpty() ? ExitCode.DONE : ExitCode.VERIFICATION_FAILED).code();
    } catch (LoadException e) {
      throw CliFailure.badInput("the modules can't be run: " + e.getMessage(), e);
    } catch (WasmException | IllegalArgumentException e) {
      throw CliFailure.badInput(file + ": " + e.getMessage(), e);
    }
  }

  private ModulePair pair(ReproducerFile reproducer, byte[] module) {
    String name = original == null ? reproducer.original().path() : original;
    OptionParser options = options(reproducer);
    ReproducerFile.ModuleFile foreign = reproducer.transformed();
    if (transformed != null) {
      return ModulePair.again(name, module, transformed, WasmFiles.read(transformed), options);
    }
    if (foreign != null) {
      byte[] bytes = foreign.read(null, TRANSFORMED);
      return ModulePair.again(name, module, foreign.path(), bytes, options);
    }
    return ModulePair.read(name, null, options);
  }

  private static OptionParser options(ReproducerFile reproducer) {
    OptionParser parser = new OptionParser(path -> Files.readString(Path.of(path)));
    for (TransformOption option : TransformOption.values()) {
      String value = reproducer.options().get(option.longName());
      if (value != null) {
        parser.add(option, value);
      }
    }
    return parser;
  }
}
