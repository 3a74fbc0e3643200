package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.strategy.Dispatch;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.ProbeTransform;
import dev.bysync.verify.SuspensionRule;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.wasm.text.WatReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules that can't suspend by themselves are verified by their probe variant. */
final class ProbeTest {
  private static final AsyncifyOptions DEFAULTS = AsyncifyOptions.defaults();

  /**
   * Everything that holds an index of a function or a global, in a module that only computes: the
   * variant's functions have moved by one.
   */
  private static final byte[] COMPUTING =
      WatReader.assemble(
          """
          (module
            (import "env" "base" (global $base i32))
            (memory (export "memory") 1)
            (table $t (export "table") 4 funcref)
            (global $next (export "next") (mut i32) (i32.const 3))
            (global $f funcref (ref.func $square))
            (elem (table $t) (i32.const 1) func $square $fib)
            (elem (table $t) (i32.const 3) funcref (item ref.func $fib))
            (type $unary (func (param i32) (result i32)))
            (start $begin)
            (func $begin (global.set $next (i32.add (global.get $next) (i32.const 1))))
            (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))
            (func $fib (type $unary)
              (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
                (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                  (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
            (func (export "sum") (param $n i32) (result i32) (local $s i32)
              (local.set $n (i32.and (local.get $n) (i32.const 15)))
              (loop $l
                (local.set $s (i32.add (local.get $s)
                  (call_indirect $t (type $unary) (local.get $n)
                    (i32.add (i32.const 1) (i32.and (local.get $n) (i32.const 1))))))
                (i32.store (i32.shl (local.get $n) (i32.const 2)) (local.get $s))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $l (i32.gt_s (local.get $n) (i32.const 0))))
              (global.set $next (local.get $s))
              (local.get $s)))
          """);

  private static Verification verify(byte[] module, AsyncifyOptions options) {
    byte[] transformed = Asyncify.transform(module, options).bytes();
    return verify(module, transformed, Probing.of(new Dispatch(), options));
  }

  private static Verification verify(byte[] module, byte[] transformed, ProbeTransform probe) {
    return Verifier.verify(
        module,
        transformed,
        null,
        new VerifyOptions(1, 1_000_000),
        new InterpreterFactory(),
        probe);
  }

  @Test
  void moduleThatOnlyComputesIsVerifiedAndTheVerdictSaysHow() {
    Verification verification = verify(COMPUTING, DEFAULTS);

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).startsWith("by its probe variant only");
    assertThat(verification.coverage().suspensions()).isZero();
    Coverage.Probe probe = verification.coverage().probe();
    // four entries and a loop, the two calls of fib and the indirect one; the start function
    // suspends where it is called as an export that the variant adds
    assertThat(probe.sites()).isEqualTo(8);
    assertThat(probe.sitesSuspended()).isEqualTo(8);
    assertThat(probe.suspensions()).isPositive();
  }

  /** A transform of the variant that goes wrong is found: here, none at all but its exports. */
  @Test
  void wrongTransformOfTheVariantIsAMismatch() {
    byte[] transformed = Asyncify.transform(COMPUTING, DEFAULTS).bytes();
    AsyncifyOptions blind =
        DEFAULTS.withSelection(
            new Selection(
                ImportRule.NONE,
                List.of(),
                IndirectCalls.DEFAULT,
                List.of(),
                List.of(),
                Propagation.LISTED_ONLY,
                List.of()));

    Verification verification =
        verify(
            COMPUTING,
            transformed,
            variant ->
                new ProbeTransform.Made(
                    Asyncify.transform(variant, blind).bytes(), null, SuspensionRule.ANY));

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason())
        .startsWith("in its probe variant: ")
        .contains("while unwinding");
  }

  /** A place in a hot loop calls the host a few times, not each time. */
  @Test
  void loopsOfAMillionRoundsEnd() {
    byte[] module =
        WatReader.assemble(
            """
            (module (memory (export "memory") 1)
              (func (export "spin") (local $n i32)
                (loop $l
                  (local.set $n (i32.add (local.get $n) (i32.const 1)))
                  (br_if $l (i32.lt_u (local.get $n) (i32.const 20000))))))
            """);

    Verification verification = verify(module, DEFAULTS);

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().probe().sitesSuspended()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"ALL, DEFAULT", "LISTED, DEFAULT", "NONE, DEFAULT", "NONE, DECLARED"})
  void rulesForImportsAreWidenedByTheProbe(ImportRule rule, IndirectCalls indirect) {
    List<String> imports = rule == ImportRule.LISTED ? List.of("env.nothing") : List.of();
    AsyncifyOptions options =
        DEFAULTS.withSelection(
            new Selection(
                rule, imports, indirect, List.of(), List.of(), Propagation.LISTED_ONLY, List.of()));

    assertThat(verify(COMPUTING, options).verdict()).isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void optionsThatForbidSuspensionsLeaveNoRoomForAProbe() {
    Selection never = Selection.defaults().withIndirect(IndirectCalls.NEVER);

    Verification verification = verify(COMPUTING, DEFAULTS.withSelection(never));

    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.reason())
        .contains("imports no function")
        .contains("no probe variant: the options have indirect calls that never suspend");
    assertThat(verification.coverage().probe().sites()).isZero();
  }

  @Test
  void figuresAreTheSameEachTime() {
    assertThat(verify(COMPUTING, DEFAULTS)).isEqualTo(verify(COMPUTING, DEFAULTS));
  }
}
