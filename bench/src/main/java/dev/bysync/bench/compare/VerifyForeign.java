package dev.bysync.bench.compare;

import dev.bysync.engine.ModuleProcessor;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies wasm-opt's output beside ours, and prints the verdicts. */
@Command(
    name = "verify-foreign",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asyncifies modules with wasm-opt, verifies what comes out, and ours of the same module beside it.",
      "wasm-opt is the first one of the PATH (Debian's or npm's binaryen), or the command in WASM_OPT.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every module has its verdicts, or wasm-opt refused it",
      "2:wrong usage",
      "4:no wasm-opt, or it can't be started"
    })
public final class VerifyForeign implements Callable<Integer> {
  private static final int NO_PEER = 4;

  @Parameters(
      paramLabel = "MODULE",
      arity = "1..*",
      description = "Modules; @FILE takes them from a file, a path a line.")
  private List<Path> modules = List.of();

  @Option(
      names = "--passes",
      paramLabel = "ARGS",
      defaultValue = "--asyncify",
      description = "wasm-opt's passes, separated by spaces: ${DEFAULT-VALUE}.")
  private String passes = "";

  @Option(
      names = "--fuel",
      paramLabel = "N",
      defaultValue = "20000000",
      description = "Instructions that the original may execute: ${DEFAULT-VALUE}.")
  private long fuel;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the verifications: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "wasm-opt is ended if it takes longer: ${DEFAULT-VALUE}.")
  private int timeout;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<WasmOpt> wasmOpt = WasmOpt.find();
    if (wasmOpt.isEmpty()) {
      System.err.println(
          "no wasm-opt on the PATH; install binaryen, or name it in " + WasmOpt.VARIABLE);
      return NO_PEER;
    }
    System.out.println("wasm-opt: " + wasmOpt.get().version() + ", " + passes);
    System.out.println(
        "| module | bytes | wasm-opt's | host calls | suspensions | sites | host | forced | not matched | reason | ours | host calls | suspensions |");
    System.out.println("|---|--:|---|--:|--:|--:|--:|--:|--:|---|---|--:|--:|");
    Path out = Files.createTempFile("bysync-bench", ".wasm");
    try {
      for (Path module : modules) {
        print(wasmOpt.get(), module, out);
      }
    } finally {
      Files.deleteIfExists(out);
    }
    return 0;
  }

  private void print(WasmOpt wasmOpt, Path module, Path out)
      throws IOException, InterruptedException {
    byte[] original = Files.readAllBytes(module);
    List<String> arguments = new ArrayList<>(wasmOpt.features());
    arguments.addAll(List.of(passes.strip().split("\\s+", -1)));
    Files.deleteIfExists(out);
    ChildRun run = wasmOpt.run(arguments, module, out, Duration.ofSeconds(timeout));
    String theirs = run.end() + " | | | | | | | " + run.lastWords();
    if (run.end() == ChildRun.End.DONE && Files.exists(out)) {
      Verification verification =
          Verifier.verify(
              original,
              Files.readAllBytes(out),
              null,
              new VerifyOptions(seed, fuel).withOverflow(VerifyOptions.Overflow.WHEN_STOPPED));
      Coverage coverage = verification.coverage();
      theirs =
          "%s | %d | %d | %d | %d | %d | %d | %s"
              .formatted(
                  verification.verdict(),
                  coverage.hostCalls(),
                  coverage.suspensions(),
                  coverage.sites(),
                  coverage.ladders().sitesByHost(),
                  coverage.ladders().sitesForced(),
                  coverage.sitesUnmatched(),
                  verification.reason());
    }
    ProcessOptions options = new ProcessOptions(ProcessOptions.defaults().asyncify(), seed, fuel);
    ProcessedModule ours = new ModuleProcessor(options).process(original);
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %s | %s | %d | %d |%n",
        module.getFileName(),
        original.length,
        theirs,
        ours.verdict(),
        ours.metrics().hostCalls(),
        ours.metrics().suspensions());
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new VerifyForeign()).execute(args));
  }
}
