package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import java.io.PrintWriter;
import java.util.Locale;
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
      "The transformed module may come from any tool that keeps the asyncify ABI. The verdict and"
          + " what was covered are printed on standard output.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  VERIFIED, UNEXERCISED (nothing could be suspended) or BUDGET (the fuel ran out)",
      "  1  MISMATCH: they differ; ERROR: a fault of bysync",
      "  2  wrong usage",
      "  3  REJECTED: not a pair of modules that can be run; a file that can't be read"
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "ORIGINAL", description = "The module as it was.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String original;

  @Parameters(index = "1", paramLabel = "TRANSFORMED", description = "The module to verify.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String transformed;

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
      names = "--memory",
      paramLabel = "EXPORT",
      description =
          "The export that names the memory for frames; default: asyncify_memory, memory, or the"
              + " only one.")
  private String memory = "";

  @Override
  public Integer call() {
    ProcessOptions defaults = ProcessOptions.defaults();
    long limit = fuel == null ? defaults.fuel() : fuel;
    if (limit < 1) {
      throw CliFailure.usage("--fuel must be at least 1, not " + limit);
    }
    Verification result =
        Verifier.verify(
            WasmFiles.read(original),
            WasmFiles.read(transformed),
            null,
            new VerifyOptions(seed == null ? defaults.seed() : seed, limit, memory));
    print(result, spec.commandLine().getOut());
    return exitCode(result).code();
  }

  private static void print(Verification result, PrintWriter out) {
    Coverage coverage = result.coverage();
    out.println(result.verdict() + (result.reason().isEmpty() ? "" : ": " + result.reason()));
    out.printf(
        Locale.ROOT,
        "%,d exports run, %,d host calls, %,d suspensions; %,d instructions, %,d transformed%n",
        coverage.exportsRun(),
        coverage.hostCalls(),
        coverage.suspensions(),
        result.fuelOriginal(),
        result.fuelTransformed());
    out.flush();
  }

  private static ExitCode exitCode(Verification result) {
    return switch (result.verdict()) {
      case VERIFIED, UNEXERCISED, BUDGET -> ExitCode.DONE;
      case MISMATCH, ERROR -> ExitCode.VERIFICATION_FAILED;
      case REJECTED -> ExitCode.BAD_INPUT;
    };
  }
}
