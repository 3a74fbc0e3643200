package dev.bysync.bench.verify;

import com.sun.management.OperatingSystemMXBean;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.engine.SuspensionRules;
import dev.bysync.strategy.StrategyException;
import dev.bysync.strategy.StrategyResult;
import dev.bysync.verify.Subject;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.wasm.binary.WasmException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that transforms and verifies modules one after the other, as a run of the pipeline
 * does. For each it prints the file, seconds of processor time of its verification, those of the
 * compiler's and collector's threads included, and all that came of it, separated by tabs. Uses
 * nothing but what older trees have as well, since it is run with their classes too.
 */
final class VerifyRun {
  private VerifyRun() {}

  /** Arguments: modules. */
  public static void main(String[] args) throws IOException {
    for (String file : args) {
      System.out.println(file + "\t" + verify(Files.readAllBytes(Path.of(file))));
    }
  }

  private static String verify(byte[] module) {
    ProcessOptions options = ProcessOptions.defaults();
    StrategyResult transformed;
    try {
      transformed = options.strategy().transform(module, options.asyncify());
    } catch (WasmException | StrategyException e) {
      return "0\t" + e.getMessage();
    }
    long start = processorTime();
    Verification verification =
        Verifier.verify(
            new Subject(module, transformed.bytes(), transformed.sites(), transformed.map()),
            new VerifyOptions(
                options.seed(),
                options.fuel(),
                options.asyncify().memory().export(),
                VerifyOptions.Overflow.AT_ONCE,
                SuspensionRules.of(module, options.asyncify()),
                VerifyOptions.MIN_SITES,
                null),
            new InterpreterFactory());
    return (processorTime() - start) / 1e9 + "\t" + verification;
  }

  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
