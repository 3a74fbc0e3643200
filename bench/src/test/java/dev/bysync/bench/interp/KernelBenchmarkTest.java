package dev.bysync.bench.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.machine.LoadException;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

final class KernelBenchmarkTest {
  @Test
  void aKernelRunsInEachInterpreter() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(KernelBenchmark.class.getSimpleName())
                    .param("kernel", "HASH")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results)
        .hasSize(Engine.values().length)
        .allSatisfy(result -> assertThat(result.getSecondaryResults()).containsKey("instructions"));
  }

  /** 25th Fibonacci number; primes below 200,000 with the multiples of 2 on. */
  @Test
  void kernelsComputeWhatTheyShould() throws LoadException {
    KernelRun.check();
    KernelRun run = new KernelRun(Engine.BYSYNC);

    assertThat(run.run(Kernel.FIB)).isEqualTo(75_025);
    assertThat(run.run(Kernel.SIEVE)).isEqualTo(17_984);
  }
}
