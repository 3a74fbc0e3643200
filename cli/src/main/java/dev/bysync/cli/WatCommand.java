package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.text.WatPrinter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Binary format to text format. */
@Command(
    name = "wat",
    description = {"Print a module in the text format.", ""})
final class WatCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "IN.wasm", description = "The module; - is standard input.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String in;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.wat",
      description = "Where the text goes, whole or not at all; default: standard output.")
  private String out = "-";

  @Override
  public Integer call() {
    byte[] module = WasmFiles.read(in);
    try {
      WasmFiles.write(out, WatPrinter.print(module).getBytes(StandardCharsets.UTF_8));
    } catch (WasmException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    }
    return ExitCode.DONE.code();
  }
}
