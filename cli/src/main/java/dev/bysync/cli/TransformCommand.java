package dev.bysync.cli;

import dev.bysync.analysis.Cause;
import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.strategy.External;
import dev.bysync.strategy.StrategyException;
import dev.bysync.strategy.StrategyResult;
import dev.bysync.wasm.binary.WasmException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Transforms one module. */
@Command(
    name = "transform",
    description = {
      "Transform one module, so that it can pause in a call of an import and resume later.",
      "Takes what wasm-opt --asyncify takes: in a build script, only the name of the command has to"
          + " be changed. What was done is told on standard error.",
      ""
    })
final class TransformCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Mixin StrategyOptions strategies = new StrategyOptions();

  @Mixin SourceMapOptions sourceMap = new SourceMapOptions();

  @Parameters(paramLabel = "IN.wasm", description = "The module; - is standard input.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String in;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.wasm",
      description = "Where the result goes, whole or not at all; - is standard output.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String out;

  @Option(
      names = {"-q", "--quiet"},
      description = "Tell nothing but failures.")
  private boolean quiet;

  @Override
  public Integer call() {
    ParseResult given = spec.commandLine().getParseResult();
    if (WasmOptFlags.wantsText(given)) {
      throw CliFailure.usage("transform writes binaries (-S): bysync wat prints them as text");
    }
    OptionParser parser = TransformArguments.read(spec);
    if (strategies.one() instanceof External external) {
      return byCommand(external, parser);
    }
    byte[] module = WasmFiles.read(in);
    Transformed result;
    try {
      result = sourceMap.transform(module, parser.options());
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    } catch (WasmException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    }
    ListCheck.check(in, result.unmatched(), parser);
    WasmFiles.write(out, result.bytes());
    if (parser.has(TransformOption.VERBOSE)) {
      printReasons(PlannedModule.of(in, module, parser));
    }
    if (!quiet) {
      tell(module, result, parser, WasmOptFlags.notices(given));
    }
    return ExitCode.DONE.code();
  }

  private int byCommand(External external, OptionParser parser) {
    byte[] module = WasmFiles.read(in);
    StrategyResult result;
    try {
      if (!parser.given().isEmpty() || !sourceMap.isEmpty()) {
        throw CliFailure.usage(
            "options of the transform do nothing where an external command transforms: write them"
                + " into the command");
      }
      result = external.transform(module, AsyncifyOptions.defaults());
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    } catch (WasmException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    } catch (StrategyException e) {
      String message = in + ": " + e.getMessage();
      throw e.kind() == StrategyException.Kind.UNAVAILABLE
          ? CliFailure.infrastructure(message, e)
          : CliFailure.badInput(message, e);
    }
    WasmFiles.write(out, result.bytes());
    if (!quiet) {
      PrintWriter err = spec.commandLine().getErr();
      result.warnings().forEach(warning -> err.println("warning: " + PrintableText.of(warning)));
      err.printf(
          Locale.ROOT,
          "%s: %,d -> %,d bytes by %s%n",
          in,
          module.length,
          result.bytes().length,
          external.name());
    }
    return ExitCode.DONE.code();
  }

  /** Where wasm-opt prints the like, unless the module goes there. */
  private void printReasons(PlannedModule planned) {
    PrintWriter to =
        out.equals(WasmFiles.STREAM) ? spec.commandLine().getErr() : spec.commandLine().getOut();
    for (int f = 0; f < planned.module().functionCount(); f++) {
      Cause cause = planned.plan().cause(f);
      if (cause != Cause.NOTHING && cause != Cause.NOT_LISTED && cause != Cause.IGNORED_IMPORT) {
        to.printf(
            "[asyncify] %s %s%n",
            planned.shownName(f), planned.shownReason(planned.explainer().why(f)));
      }
    }
    to.flush();
  }

  private void tell(byte[] module, Transformed result, OptionParser parser, List<String> notices) {
    PrintWriter err = spec.commandLine().getErr();
    notices.forEach(err::println);
    parser.warnings().forEach(warning -> err.println("warning: " + warning));
    result
        .warnings()
        .forEach(warning -> err.println("warning: " + in + ": " + PrintableText.of(warning)));
    err.printf(
        Locale.ROOT,
        "%s: %,d -> %,d bytes, %,d of %,d functions instrumented, %,d %s%n",
        in,
        module.length,
        result.bytes().length,
        result.instrumentedFunctions(),
        result.functions(),
        result.sites().size(),
        result.sites().size() == 1 ? "site" : "sites");
  }
}
