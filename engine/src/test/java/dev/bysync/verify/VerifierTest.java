package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerifierTest {
  private static final byte[] ORIGINAL = Fixtures.assemble(Fixtures.ORIGINAL);
  private static final byte[] TRANSFORMED = Fixtures.assemble(Fixtures.TRANSFORMED);

  @Test
  void correctTransformIsVerifiedWithItsCoverage() {
    Verification verification = Fixtures.verify(ORIGINAL, TRANSFORMED);

    assertThat(verification.reason()).isEqualTo("by programs only: 1 of 1 sites were suspended");
    assertThat(verification.verdict()).isEqualTo(Verdict.VERIFIED);
    Coverage coverage = verification.coverage();
    assertThat(coverage.exportsRun()).isEqualTo(1);
    assertThat(coverage.hostCalls()).isEqualTo(24); // as many rounds
    Coverage.Schedules schedules = coverage.schedules();
    assertThat(schedules.alone()).isEqualTo(6 + 3); // the first ones, and others
    assertThat(schedules.random()).isPositive();
    assertThat(schedules.overflows()).isBetween(2L, 5L);
    assertThat(schedules.visits()).isPositive();
    assertThat(schedules.reordered()).isPositive();
    assertThat(coverage.suspensions()) // all, twice in a row, and stacks that are woven
        .isGreaterThan(24 + 48 + schedules.alone() + schedules.random());
    assertThat(verification.fuelTransformed()).isGreaterThan(verification.fuelOriginal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (local.set $a (i32.load (i32.load  | (local.set $n (i32.load (i32.load  | on rewinding it calls
          (i32.eq (global.get $state) (i32.const 1)) | (i32.const 0) | on rewinding it calls
          (local.set $r (call $get (local.get $a))) | (local.set $r (i32.const 0)) | is missing
          (call $get (local.get $a)) | (call $get (i32.const 3)) | host call 0 is env.get(3)
          (return (i32.const 0)) | (i32.store (i32.const 128) (i32.const 9)) (return (i32.const 0)) | changes memory
          (return (i32.const 0)) | (unreachable) | while unwinding it traps
          (return (i32.const 0)) | (return (call $get (local.get $a))) | while unwinding it calls
          (i32.add (local.get $a) (local.get $r)) | (i32.sub (local.get $a) (local.get $r)) | returned
          (i32.store (i32.const 64) (local.get $a)) | (nop) | memory 0
          (global.set $count (i32.add (global.get $count) (i32.const 1))) | (nop) | global count
          (local.set $r (call | (loop $l (br $l)) (local.set $r (call | does not end within
          (global.set $state (i32.const 1)) | (nop) | asyncify_get_state
          (global.set $state (i32.const 2)) | (nop) | asyncify_get_state
          (export "asyncify_stop_rewind") | (export "other") | no export asyncify_stop_rewind
          (export "count") | (export "counts") | no export count
          (memory (export "memory") 1) | (memory (export "memory") 2) | memory has 131072 bytes, had 65536
          """)
  void plantedFaultIsFound(String from, String to, String difference) {
    Verification verification = Fixtures.verify(ORIGINAL, Fixtures.faulty(from, to));

    assertThat(verification.reason()).contains(difference);
    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
  }

  @Test
  void mismatchNamesCallScheduleAndSeed() {
    byte[] faulty = Fixtures.faulty("(i32.const 4)))\n        (local", "(i32.const 8)))\n (local");

    assertThat(Fixtures.verify(ORIGINAL, faulty).reason())
        .startsWith("work(")
        .contains("schedule: every call suspends")
        .contains("seed 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (func (export "f") (param i32)) | f
          (func (export "f") (param i64) (result i32) (i32.const 0)) | f
          (func (export "f") (param i32) (result i32) (i32.const 0)) (global (export "g") i64 (i64.const 0)) | g
          """)
  void anExportOfAnotherTypeIsFound(String exports, String name) {
    String original =
        "(func (export \"f\") (param i32) (result i32) (i32.const 0))"
            + "(global (export \"g\") i32 (i32.const 0))";
    String global = exports.contains("\"g\"") ? "" : "(global (export \"g\") i32 (i32.const 0))";
    Verification verification =
        Fixtures.verify(
            Fixtures.assemble("(module (memory 1) " + original + ")"),
            Fixtures.inert("(memory 1) " + exports + global));

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason())
        .isEqualTo("the transformed module has another type for its export " + name);
  }

  @Test
  void moduleThatOnlyComputesIsUnexercised() {
    byte[] module =
        Fixtures.inert("(memory 1) (func (export \"f\") (param i32) (result i32) (local.get 0))");

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.reason()).contains("imports no function");
    assertThat(verification.coverage().exportsRun()).isEqualTo(1);
  }

  @Test
  void hostCallsOfTheStartFunctionAreNotSuspended() {
    byte[] module =
        Fixtures.inert("(import \"e\" \"f\" (func $f)) (memory 1) (start $s) (func $s (call $f))");

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.coverage().hostCalls()).isEqualTo(1);
    assertThat(verification.coverage().suspensions()).isZero();
  }

  @Test
  void uninstrumentedCallerOfTheHostIsAMismatch() {
    byte[] module =
        Fixtures.inert(
            """
            (import "e" "f" (func $f)) (memory 1)
            (func (export "g") (call $f) (call $f))
            """);

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains("while unwinding it calls");
  }

  @Test
  void programThatNeverEndsIsComparedUpToWhereFuelRanOut() {
    String forever =
        "(func (export \"forever\") (loop $l (drop (call $get (i32.const 0))) (br $l))))";
    byte[] original = Fixtures.assemble(Fixtures.ORIGINAL.strip().replaceAll("\\)$", "") + forever);
    byte[] transformed =
        Fixtures.assemble(Fixtures.TRANSFORMED.strip().replaceAll("\\)$", "") + forever);

    Verification verification = Fixtures.verify(original, transformed);

    // the loop has no check behind its call
    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).startsWith("forever()").contains("while unwinding it calls");
  }

  @Test
  void asyncifyImportsOfTheOriginalAreNotRun() {
    byte[] module =
        Fixtures.inert(
            """
            (import "asyncify" "start_unwind" (func $u (param i32))) (memory 1)
            (func (export "g") (call $u (i32.const 16)))
            """);

    Verification verification = Fixtures.verify(module, module);

    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.reason()).contains("asyncify.start_unwind");
  }

  /** The host draws addresses only where there is a memory, which a transform may add. */
  @Test
  void memoryThatTheTransformAddsChangesNothing() {
    String fields =
        """
        (import "e" "a" (func $a (result i32))) (import "wasi_snapshot_preview1" "random_get"
          (func $r (param i32 i32) (result i32)))
        (func (export "alloc") (param i32) (result i32) (i32.const 2048))
        (global (export "sum") (mut i32) (i32.const 0))
        (start $s)
        (func $s (local i32)
          (loop $l
            (global.set 0 (i32.add (i32.mul (global.get 0) (i32.const 31)) (call $a)))
            (global.set 0 (i32.add (global.get 0) (call $r (i32.const 0) (i32.const 8))))
            (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1)))
              (i32.const 100)))))
        """;
    byte[] original = Fixtures.assemble("(module " + fields + ")");
    byte[] transformed =
        Fixtures.inert(
            fields
                    .replace("global.set 0", "global.set $sum")
                    .replace("global.get 0", "global.get $sum")
                    .replace("(global (export", "(global $sum (export")
                + "(memory (export \"asyncify_memory\") 4)");

    Verification verification = Fixtures.verify(original, transformed);

    assertThat(verification.reason()).doesNotContain("schedule");
    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.coverage().hostCalls()).isEqualTo(200);
  }

  /** V8 refuses it, though the specification, which knows no legacy exceptions, can't. */
  @Test
  void outputThatMixesEncodingsOfExceptionsIsAMismatch() {
    String legacy = "(memory 1) (func (export \"f\") (try (do) (catch_all)))";

    Verification right = Fixtures.verify(Fixtures.inert(legacy), Fixtures.inert(legacy));
    Verification mixed =
        Fixtures.verify(Fixtures.inert(legacy), Fixtures.inert(legacy + "(func (try_table))"));

    assertThat(right.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(mixed.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(mixed.reason()).contains("legacy exceptions and current ones");
  }

  @Test
  void sameInputGivesTheSameAnywhere() throws Exception {
    Verification expected = Fixtures.verify(ORIGINAL, TRANSFORMED);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Verification> task = () -> Fixtures.verify(ORIGINAL, TRANSFORMED);
      for (Future<Verification> result :
          threads.invokeAll(List.of(task, task, task, task, task, task, task, task))) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void interruptionEndsInErrorAndKeepsTheFlag() {
    Thread.currentThread().interrupt();

    Verification verification = Fixtures.verify(ORIGINAL, TRANSFORMED);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(verification.verdict()).isEqualTo(Verdict.ERROR);
  }
}
