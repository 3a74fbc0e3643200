package dev.bysync.engine;

import dev.bysync.analysis.OptionException;
import dev.bysync.strategy.External;
import dev.bysync.strategy.Strategy;
import dev.bysync.strategy.StrategyException;
import dev.bysync.strategy.StrategyResult;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.VerifyOptions.Overflow;
import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.wasm.binary.WasmException;
import java.util.List;

/**
 * Transforms, verifies and measures one module at a time. Thread-safe; never throws for any input
 * bytes.
 */
public final class ModuleProcessor {
  private final ProcessOptions options;

  public ModuleProcessor(ProcessOptions options) {
    this.options = options;
  }

  /**
   * Processes a module; any bytes at all give a result. An interruption gives the verdict ERROR and
   * keeps the thread's flag.
   */
  public ProcessedModule process(byte[] module) {
    long start = System.nanoTime();
    try {
      StrategyResult transformed = options.strategy().transform(module, options.asyncify());
      long transformNanos = System.nanoTime() - start;
      return verified(module, transformed, transformNanos);
    } catch (WasmException e) {
      return failed(Verdict.REJECTED, String.valueOf(e.getMessage()), module, start);
    } catch (StrategyException e) {
      return failed(verdict(e.kind()), String.valueOf(e.getMessage()), module, start);
    } catch (OptionException e) {
      return failed(Verdict.REJECTED, "the options don't fit: " + e.getMessage(), module, start);
    } catch (OutOfMemoryError e) {
      return failed(Verdict.ERROR, "memory ran out in the transform", module, start);
    } catch (RuntimeException | StackOverflowError e) {
      return failed(Verdict.ERROR, "the transform failed: " + e, module, start);
    }
  }

  private static Verdict verdict(StrategyException.Kind kind) {
    return switch (kind) {
      case REFUSED -> Verdict.REJECTED;
      case LIMIT -> Verdict.BUDGET;
      case UNAVAILABLE -> Verdict.ERROR;
    };
  }

  private ProcessedModule verified(byte[] module, StrategyResult transformed, long transformNanos) {
    long start = System.nanoTime();
    Verification verification =
        Verifier.verify(
            new Subject(module, transformed.bytes(), transformed.sites(), transformed.map()),
            new VerifyOptions(
                options.seed(),
                options.fuel(),
                options.asyncify().memory().export(),
                overflow(options.strategy()),
                SuspensionRules.of(module, options.strategy(), options.asyncify()),
                options.minSites(),
                options.asksSecond(module) ? new EndiveFactory() : null),
            new InterpreterFactory());
    long verifyNanos = System.nanoTime() - start;
    boolean kept =
        verification.verdict() != Verdict.REJECTED && verification.verdict() != Verdict.ERROR;
    Coverage coverage = verification.coverage();
    SectionSizes before = SectionSizes.of(module);
    SectionSizes after = kept ? SectionSizes.of(transformed.bytes()) : SectionSizes.NONE;
    ModuleMetrics metrics =
        new ModuleMetrics(
            module.length,
            kept ? transformed.bytes().length : 0,
            Gzip.size(module),
            kept ? Gzip.size(transformed.bytes()) : 0,
            transformed.functions(),
            transformed.instrumentedFunctions(),
            transformed.sites() == null ? coverage.sites() : transformed.siteCount(),
            coverage.reachableSites(),
            coverage.sitesSuspended(),
            coverage.ladders().sitesByHost(),
            coverage.ladders().sitesForced(),
            coverage.ladders().sitesByFrames(),
            coverage.ladders().sitesByBranches(),
            coverage.functionsSuspended(),
            coverage.exportsRun(),
            coverage.hostCalls(),
            coverage.suspensions(),
            coverage.frameSuspensions(),
            verification.fuelOriginal(),
            verification.fuelTransformed(),
            coverage.cost().fuel(),
            coverage.cost().stackBytes(),
            coverage.cost().deepestStackBytes(),
            coverage.largestFrameBytes(),
            before.code(),
            after.code(),
            before.data(),
            after.data(),
            before.custom(),
            after.custom(),
            transformNanos,
            verifyNanos);
    return new ProcessedModule(
        verification.verdict(),
        reason(verification),
        kept ? transformed.bytes() : null,
        metrics,
        verification.second().finding(),
        responsible(module, transformed),
        transformed.unmatched());
  }

  private List<Responsible> responsible(byte[] module, StrategyResult transformed) {
    return transformed.instrumentedFunctions() == 0
        ? List.of()
        : Responsible.of(module, options.asyncify());
  }

  private static String reason(Verification verification) {
    SecondOpinion second = verification.second();
    if (second.finding() != SecondOpinion.Finding.DISAGREES) {
      return verification.reason();
    }
    String own = verification.reason();
    return (own.isEmpty() ? "" : own + "; ") + "another interpreter disagrees: " + second.reason();
  }

  /** When the output notices a stack that is too small: others at least as Binaryen's does. */
  private static Overflow overflow(Strategy strategy) {
    return strategy instanceof External ? Overflow.WHEN_STOPPED : Overflow.AT_ONCE;
  }

  private static ProcessedModule failed(Verdict verdict, String reason, byte[] module, long start) {
    long nanos = System.nanoTime() - start;
    ModuleMetrics metrics =
        ModuleMetrics.failed(module.length, Gzip.size(module), SectionSizes.of(module), nanos);
    return new ProcessedModule(verdict, reason, null, metrics);
  }
}
