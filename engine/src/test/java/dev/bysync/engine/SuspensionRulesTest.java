package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.Subject;
import dev.bysync.verify.SuspensionRule;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users promise never suspends is not suspended by the verifier. */
final class SuspensionRulesTest {
  private static final byte[] MODULE =
      WatReader.assemble(
          """
          (module
            (type $unary (func (param i32) (result i32)))
            (import "env" "wait" (func $wait (type $unary)))
            (import "env" "now" (func $now (type $unary)))
            (memory (export "memory") 1)
            (table 2 funcref)
            (elem (i32.const 0) $inner $wait)
            (tag $error)
            (func $inner (type $unary)
              (i32.add (call $wait (local.get 0)) (call $now (local.get 0))))
            (func $outer (type $unary)
              (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
              (i32.mul (call $inner (local.get 0)) (i32.const 3)))
            (func $direct (export "direct") (type $unary) (i32.add (call $outer (local.get 0)) (local.get 0)))
            (func (export "now") (type $unary) (i32.add (call $now (local.get 0)) (local.get 0)))
            (func (export "indirect") (type $unary)
              (i32.sub
                (call_indirect (type $unary) (local.get 0) (i32.const 0))
                (call_indirect (type $unary) (local.get 0) (i32.const 1))))
            (func (export "caught") (type $unary) (local $kept i32)
              (local.set $kept (i32.mul (local.get 0) (i32.const 7)))
              (try (do (throw $error))
                (catch $error (local.set $kept (i32.add (local.get $kept) (call $wait (i32.const 1))))))
              (i32.add (local.get $kept) (call $wait (i32.const 2)))))
          """,
          DebugNames.WRITE);

  private static Verification verify(AsyncifyOptions options, SuspensionRule rule) {
    Transformed transformed = Asyncify.transformMapped(MODULE, options);
    return Verifier.verify(
        Subject.of(MODULE, transformed), new VerifyOptions(1, 500_000).withRule(rule));
  }

  @ParameterizedTest
  @CsvSource({
    "IMPORTS, env.wait",
    "IMPORTS, env.now",
    "REMOVE_LIST, inner",
    "REMOVE_LIST, outer",
    "ONLY_LIST, 'outer,inner,direct'",
    "IGNORE_INDIRECT, ''",
    "IGNORE_UNWIND_FROM_CATCH, ''",
  })
  void restrictedTransformIsVerifiedWhereItMaySuspend(TransformOption option, String value) {
    AsyncifyOptions options = options(option, value);

    Verification verification = verify(options, SuspensionRules.of(MODULE, options));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    // one indirect call is a site for what the host may put into the table, but doesn't
    assertThat(verification.coverage().ladders().sitesByHost())
        .isBetween(verification.coverage().sites() - 1, verification.coverage().sites());
    assertThat(verify(options, SuspensionRule.ANY).verdict())
        .as("elsewhere the promise is broken")
        .isEqualTo(Verdict.MISMATCH);
  }

  private static AsyncifyOptions options(TransformOption option, String value) {
    return new OptionParser(
            file -> {
              throw new IllegalArgumentException(file);
            })
        .add(option, value)
        .options();
  }

  @Test
  void defaultsForbidNothing() {
    assertThat(SuspensionRules.of(MODULE, AsyncifyOptions.defaults())).isSameAs(SuspensionRule.ANY);
  }

  @Test
  void nothingMaySuspendWithoutImports() {
    AsyncifyOptions options = options(TransformOption.IGNORE_IMPORTS, "");

    assertThat(verify(options, SuspensionRules.of(MODULE, options)).coverage().suspensions())
        .isZero();
  }
}
