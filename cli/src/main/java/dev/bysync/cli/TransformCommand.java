package dev.bysync.cli;

import dev.bysync.analysis.Cause;
import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.ModuleFiles.ModuleFile;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.strategy.External;
import dev.bysync.strategy.StrategyException;
import dev.bysync.strategy.StrategyResult;
import dev.bysync.wasm.binary.WasmException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
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

/** Transforms one module, or several into a folder. */
@Command(
    name = "transform",
    description = {
      "Transform modules, so that they can pause in a call of an import and resume later: one, or"
          + " with a folder or several files all of them, into a folder.",
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

  @Mixin ThreadOption threads = new ThreadOption();

  @Parameters(
      paramLabel = "IN.wasm",
      arity = "1..*",
      description =
          "The module; - is standard input. Several files, or a folder, in which all files below"
              + " are meant whose names end in .wasm.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private List<String> inputs;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.wasm",
      description =
          "Where the result goes, whole or not at all; - is standard output. Of several modules the"
              + " folder, in which they have the paths that they had.")
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
    if (!(strategies.one() instanceof External) && !parser.has(TransformOption.FEATURE_LEVEL)) {
      WasmOptFlags.level(given)
          .ifPresent(level -> parser.add(TransformOption.FEATURE_LEVEL, level));
    }
    PrintWriter err = spec.commandLine().getErr();
    if (!quiet) {
      WasmOptFlags.notices(given).forEach(err::println);
      parser.warnings().forEach(warning -> err.println("warning: " + warning));
    }
    if (ModuleFiles.areMany(inputs)) {
      return many(parser).code();
    }
    PrintWriter text = out.equals(WasmFiles.STREAM) ? err : spec.commandLine().getOut();
    one(inputs.get(0), out, parser, err, text);
    text.flush();
    return ExitCode.DONE.code();
  }

  /** Transforms all; a module that can't be is told, and the others are done. */
  private ExitCode many(OptionParser parser) {
    if (out.equals(WasmFiles.STREAM) || !sourceMap.isEmpty()) {
      throw CliFailure.usage("standard output and source maps are for one module");
    }
    List<ModuleFile> modules = ModuleFiles.find(inputs);
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter text = spec.commandLine().getOut();
    EnumMap<ExitCode, Integer> counts = new EnumMap<>(ExitCode.class);
    InTurn.each(
        modules,
        threads.count(),
        module -> oneOfMany(module, parser),
        told -> {
          counts.merge(told.exitCode(), 1, Integer::sum);
          err.print(told.err());
          text.print(told.text());
          err.flush();
          text.flush();
        });
    int failed = modules.size() - counts.getOrDefault(ExitCode.DONE, 0);
    err.printf(
        Locale.ROOT,
        "%s: %,d transformed, %,d not%n",
        ModuleFiles.count(modules.size()),
        modules.size() - failed,
        failed);
    err.flush();
    return Collections.max(counts.keySet());
  }

  /** What there is to tell of a module. */
  private record Told(ExitCode exitCode, String err, String text) {}

  private Told oneOfMany(ModuleFile module, OptionParser parser) {
    StringWriter err = new StringWriter();
    StringWriter text = new StringWriter();
    ExitCode exitCode = ExitCode.DONE;
    try (PrintWriter errors = new PrintWriter(err);
        PrintWriter texts = new PrintWriter(text)) {
      try {
        Path to = Path.of(out).resolve(module.name());
        WasmFiles.createFolderOf(to);
        one(module.file().toString(), to.toString(), parser, errors, texts);
      } catch (RuntimeException e) {
        exitCode = FailureReport.print(e, common.debug, errors);
      }
    }
    return new Told(exitCode, err.toString(), text.toString());
  }

  private void one(String in, String to, OptionParser parser, PrintWriter err, PrintWriter text) {
    if (strategies.one() instanceof External external) {
      byCommand(external, in, to, parser, err);
      return;
    }
    ParseResult given = spec.commandLine().getParseResult();
    byte[] module = WasmFiles.read(in);
    Transformed result;
    byte[] output;
    try {
      byte[] stripped = WasmOptFlags.stripInput(given, module);
      result = sourceMap.transform(stripped, parser.options());
      output = WasmOptFlags.stripOutput(given, result.bytes());
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    } catch (WasmException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    }
    ListCheck.check(in, result.unmatched(), parser);
    WasmFiles.write(to, output);
    if (parser.has(TransformOption.VERBOSE)) {
      printReasons(PlannedModule.of(in, module, parser), text);
    }
    if (!quiet) {
      tell(in, module, output, result, err);
    }
  }

  private void byCommand(
      External external, String in, String to, OptionParser parser, PrintWriter err) {
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
    WasmFiles.write(to, result.bytes());
    if (!quiet) {
      result.warnings().forEach(warning -> err.println("warning: " + PrintableText.of(warning)));
      err.printf(
          Locale.ROOT,
          "%s: %,d -> %,d bytes by %s%n",
          in,
          module.length,
          result.bytes().length,
          external.name());
    }
  }

  /** Where wasm-opt prints the like, unless the module goes there. */
  private static void printReasons(PlannedModule planned, PrintWriter to) {
    for (int f = 0; f < planned.module().functionCount(); f++) {
      Cause cause = planned.plan().cause(f);
      if (cause != Cause.NOTHING && cause != Cause.NOT_LISTED && cause != Cause.IGNORED_IMPORT) {
        to.printf(
            "[asyncify] %s %s%n",
            planned.shownName(f), planned.shownReason(planned.explainer().why(f)));
      }
    }
  }

  private static void tell(
      String in, byte[] module, byte[] output, Transformed result, PrintWriter err) {
    result
        .warnings()
        .forEach(warning -> err.println("warning: " + in + ": " + PrintableText.of(warning)));
    err.printf(
        Locale.ROOT,
        "%s: %,d -> %,d bytes, %,d of %,d functions instrumented, %,d %s%n",
        in,
        module.length,
        output.length,
        result.instrumentedFunctions(),
        result.functions(),
        result.sites().size(),
        result.sites().size() == 1 ? "site" : "sites");
  }
}
