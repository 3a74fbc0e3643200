package dev.bysync.bench.verify;

import com.sun.management.OperatingSystemMXBean;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.engine.SuspensionRules;
import dev.bysync.strategy.Strategy;
import dev.bysync.strategy.StrategyException;
import dev.bysync.strategy.StrategyResult;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.wasm.binary.WasmException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that transforms and verifies modules one after the other, as a run of the pipeline
 * does. For each it prints the file, seconds of processor time of its verification, those of the
 * compiler's and collector's threads included, and all that came of it, separated by tabs. Uses
 * nothing but what older trees have as well, since it is run with their classes too; what they have
 * not is asked for by its name.
 */
final class VerifyRun {
  private static final String SUBJECT = "dev.bysync.verify.Subject";

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
    VerifyOptions rules =
        new VerifyOptions(options.seed(), options.fuel(), options.asyncify().memory().export())
            .withRule(SuspensionRules.of(module, options.asyncify()));
    Object verification;
    try {
      verification =
          isOlder()
              ? olderVerification(module, transformed, rules, options)
              : verification(module, transformed, rules);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("not a tree that this can verify with", e);
    }
    return (processorTime() - start) / 1e9 + "\t" + verification;
  }

  /** Whether the classes are of a tree that verified nothing but programs. */
  private static boolean isOlder() {
    try {
      Class.forName(SUBJECT);
      return false;
    } catch (ClassNotFoundException e) {
      return true;
    }
  }

  private static Object verification(byte[] module, StrategyResult transformed, VerifyOptions rules)
      throws ReflectiveOperationException {
    Object map = StrategyResult.class.getMethod("map").invoke(transformed);
    Class<?> type = Class.forName(SUBJECT);
    Object subject =
        type.getConstructors()[0].newInstance(
            module, transformed.bytes(), transformed.sites(), map);
    return Verifier.class
        .getMethod("verify", type, VerifyOptions.class)
        .invoke(null, subject, rules);
  }

  private static Object olderVerification(
      byte[] module, StrategyResult transformed, VerifyOptions rules, ProcessOptions options)
      throws ReflectiveOperationException {
    Object probe =
        Class.forName("dev.bysync.engine.Probing")
            .getMethod("of", Strategy.class, AsyncifyOptions.class)
            .invoke(null, options.strategy(), options.asyncify());
    return Verifier.class
        .getMethod(
            "verify",
            byte[].class,
            byte[].class,
            SiteMap.class,
            VerifyOptions.class,
            MachineFactory.class,
            Class.forName("dev.bysync.verify.ProbeTransform"))
        .invoke(
            null,
            module,
            transformed.bytes(),
            transformed.sites(),
            rules,
            new InterpreterFactory(),
            probe);
  }

  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
