package dev.bysync.cli;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.wasm.binary.WasmException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Transforms one module. */
@Command(
    name = "transform",
    description = {
      "Transform one module, so that it can pause in a call of an import and resume later.",
      "Neither Kafka nor Spark is started. What was done is told on standard error.",
      ""
    })
final class TransformCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

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

  @Override
  public Integer call() {
    byte[] module = WasmFiles.read(in);
    Transformed result;
    try {
      result = Asyncify.transform(module, AsyncifyOptions.defaults());
    } catch (WasmException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    }
    WasmFiles.write(out, result.bytes());
    PrintWriter err = spec.commandLine().getErr();
    result.warnings().forEach(warning -> err.println(in + ": " + warning));
    err.printf(
        Locale.ROOT,
        "%s: %,d -> %,d bytes, %,d of %,d functions instrumented, %,d sites%n",
        in,
        module.length,
        result.bytes().length,
        result.instrumentedFunctions(),
        result.functions(),
        result.sites().size());
    return ExitCode.DONE.code();
  }
}
