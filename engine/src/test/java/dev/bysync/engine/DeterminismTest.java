package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.text.WatReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The same bytes and options give the same verdict, figures and output, however often and in
 * however many threads; {@code bench/determinism} does that with a JVM for each run, under load.
 */
final class DeterminismTest {
  private static final int RUNS = 12;
  private static final ProcessOptions OPTIONS =
      new ProcessOptions(AsyncifyOptions.defaults(), 1, 300_000);

  private static final String PROGRAM =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (import "env" "at" (func $at (param f64) (result f64)))
        (memory (export "memory") 1)
        (global $sum (export "sum") (mut f64) (f64.const 0))
        (func $step (param i32) (result f64)
          (f64.sqrt (call $at (f64.convert_i32_s (call $get (local.get 0))))))
        (func (export "run") (param $n i32) (result f64) (local $i i32)
          (loop $l
            (global.set $sum (f64.add (global.get $sum) (f64.div (call $step (local.get $i))
              (f64.convert_i32_s (local.get $n)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $i) (i32.const 9))))
          (global.get $sum))
        (func (export "deep") (param $n i32) (result i32)
          (if (result i32) (i32.gt_s (local.get $n) (i32.const 60))
            (then (call $get (local.get $n)))
            (else (i32.add (local.get $n) (call $deep (i32.add (local.get $n) (i32.const 1)))))))
        (func $deep (param i32) (result i32)
          (if (result i32) (i32.gt_s (local.get 0) (i32.const 60))
            (then (call $get (local.get 0)))
            (else (i32.sub (local.get 0) (call $deep (i32.add (local.get 0) (i32.const 1))))))))
      """;

  /** Everything that is decided by the input: times are not. */
  private static String figures(ProcessedModule module) {
    String metrics = module.metrics().toString().replaceAll("(transform|verify)Nanos=\\d+", "");
    byte[] transformed = module.transformed();
    return module.verdict()
        + " "
        + module.reason()
        + " "
        + metrics
        + " "
        + (transformed == null ? 0 : Arrays.hashCode(transformed));
  }

  @Test
  void everyRunGivesTheSame() throws Exception {
    byte[] module = WatReader.assemble(PROGRAM);
    Set<String> seen = new HashSet<>();
    seen.add(figures(new ModuleProcessor(OPTIONS).process(module)));
    ModuleProcessor shared = new ModuleProcessor(OPTIONS);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        tasks.add(() -> figures(shared.process(module.clone())));
      }
      for (Future<String> result : threads.invokeAll(tasks)) {
        seen.add(result.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(seen).hasSize(1);
    assertThat(seen.iterator().next()).startsWith("VERIFIED");
  }
}
