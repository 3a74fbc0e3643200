package dev.bysync.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** Every benchmark runs once. */
final class TransformBenchmarkTest {
  @Test
  void everyBenchmarkRuns() throws RunnerException {
    Collection<RunResult> results =
        OneRun.of(TransformBenchmark.class)
            .with("module", "generated:128")
            .with(ProcessorTimeProfiler.class)
            .results();
    assertThat(results)
        .hasSize(5)
        .allSatisfy(result -> assertThat(result.getSecondaryResults()).containsKey("cpu"));
  }
}
