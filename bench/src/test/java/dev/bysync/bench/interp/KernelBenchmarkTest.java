package dev.bysync.bench.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.bench.jmh.OneRun;
import dev.bysync.verify.machine.LoadException;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

final class KernelBenchmarkTest {
  @Test
  void aKernelRunsInEachInterpreter() throws RunnerException {
    Collection<RunResult> results =
        OneRun.of(KernelBenchmark.class).with("kernel", "HASH").results();

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
