package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.wasm.text.WatException;
import dev.bysync.wasm.text.WatReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Text format to binary format. */
@Command(
    name = "asm",
    description = {"Assemble a module in the text format into the binary format.", ""})
final class AsmCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "IN.wat", description = "The module as text; - is standard input.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String in;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.wasm",
      description = "Where the binary goes, whole or not at all; - is standard output.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String out;

  @Override
  public Integer call() {
    byte[] text = WasmFiles.read(in);
    try {
      String wat = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      WasmFiles.write(out, WatReader.assemble(wat));
    } catch (WatException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw CliFailure.badInput(in + ": not text in UTF-8; is it a binary module already?", e);
    }
    return ExitCode.DONE.code();
  }
}
