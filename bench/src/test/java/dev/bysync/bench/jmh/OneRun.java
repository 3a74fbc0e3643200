package dev.bysync.bench.jmh;

import java.util.Collection;
import org.openjdk.jmh.profile.Profiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks once, in this JVM and silently: to see that they work, not how long they take.
 */
public final class OneRun {
  private final ChainedOptionsBuilder options;

  private OneRun(ChainedOptionsBuilder options) {
    this.options = options;
  }

  /** All benchmarks of a class. */
  public static OneRun of(Class<?> benchmarks) {
    return new OneRun(
        new OptionsBuilder()
            .include(benchmarks.getSimpleName())
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT));
  }

  public OneRun with(String parameter, String value) {
    return new OneRun(options.param(parameter, value));
  }

  public OneRun with(Class<? extends Profiler> profiler) {
    return new OneRun(options.addProfiler(profiler));
  }

  /** A result for each benchmark and parameter. */
  public Collection<RunResult> results() throws RunnerException {
    return new Runner(options.build()).run();
  }
}
