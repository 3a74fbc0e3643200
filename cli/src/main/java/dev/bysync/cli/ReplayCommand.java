package dev.bysync.cli;

import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.cli.FramePrinter.Format;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.verify.FrameReproduction;
import dev.bysync.verify.Reproducer;
import dev.bysync.verify.Reproduction;
import dev.bysync.verify.frame.FrameDifference;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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
          + " suspension, the first difference. Where a call was made to suspend, its instruction in"
          + " original and output, and how far both make the same calls of sites. Where a function by itself shows the difference,"
          + " original and output are shown side by side: calls, stores and branches of both; at"
          + " a suspension what goes into the frame, what comes out of it, and which locals came"
          + " back different. Values that nobody has computed have names: p0 is a parameter, l3"
          + " what a local held at the start, r2 the result of the third call, v1a2b3c anything"
          + " that was computed of others.",
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

  @Option(
      names = "--all",
      description =
          "Of a frame: print all that it does, not only what leads to the difference, what the"
              + " transform added among it.")
  private boolean all;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    ReproducerFile reproducer = ReproducerFile.read(file);
    byte[] module = reproducer.original().read(original, ORIGINAL);
    try {
      ModulePair pair = pair(reproducer, module);
      ReproducerFile.Frame frame = reproducer.frame();
      boolean isDifferent =
          frame == null
              ? programs(pair, Objects.requireNonNull(reproducer.reproducer()))
              : frame(pair, frame);
      return (isDifferent ? ExitCode.VERIFICATION_FAILED : ExitCode.DONE).code();
    } catch (LoadException e) {
      throw CliFailure.badInput("the modules can't be run: " + e.getMessage(), e);
    } catch (WasmException | IllegalArgumentException e) {
      throw CliFailure.badInput(file + ": " + e.getMessage(), e);
    }
  }

  private boolean programs(ModulePair pair, Reproducer reproducer) throws LoadException {
    Reproduction modules = Reproduction.of(pair.subject());
    ReplayPrinter printer = new ReplayPrinter(spec.commandLine().getOut(), pair, json);
    String difference = modules.replay(reproducer, printer);
    printer.end(difference, reproducer.difference());
    return !difference.isEmpty();
  }

  private boolean frame(ModulePair pair, ReproducerFile.Frame frame) {
    FrameReproduction modules =
        FrameReproduction.of(pair.subject(), frame.memory())
            .orElseThrow(
                () ->
                    CliFailure.badInput(
                        "the transformed module is not laid out as the transform lays it out, so"
                            + " that a frame can't be compared; verify it",
                        null));
    FrameText text = new FrameText(Module.read(pair.original()), Module.read(pair.transformed()));
    FramePrinter printer =
        new FramePrinter(
            spec.commandLine().getOut(),
            text,
            json ? Format.JSON : all ? Format.ALL : Format.SHORT);
    FrameDifference difference = modules.replay(frame.difference(), printer);
    String now = difference == null ? "" : FrameReproduction.text(difference);
    printer.end(now, FrameReproduction.text(frame.difference()));
    return difference != null;
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
