package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Outputs of other tools than ours are verified by the ABI and by what they look like. Here are
 * some written by hand, right ones and ones with the faults that wasm-opt 132 is known for: it
 * takes call_ref for an instruction that never suspends, and skips a try's body on rewinding, so
 * that a legacy catch is never entered again.
 */
final class ForeignOutputTest {
  private static final String HEAD =
      """
      (module
        (type $unary (func (param i32) (result i32)))
        (import "env" "get" (func $get (type $unary)))
        (memory (export "memory") 1)
        (tag $error (param i32))
        (elem declare func $inner)
      """;

  /** Adds up something, so that who does it twice is found out. */
  private static final String COUNT =
      "(i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))";

  private static final String ONCE =
      "(if (i32.ne (global.get $state) (i32.const 2)) (then " + COUNT + "))";

  /** The frame is the parameter: hosts rewind without it. */
  private static final String POP =
      """
      (if (i32.eq (global.get $state) (i32.const 2)) (then
        (i32.store (global.get $data) (i32.sub (i32.load (global.get $data)) (i32.const 4)))
        (local.set 0 (i32.load (i32.load (global.get $data))))))
      """;

  private static final String CHECK =
      """
      (if (i32.eq (global.get $state) (i32.const 1)) (then
        (i32.store (i32.load (global.get $data)) (local.get 0))
        (i32.store (global.get $data) (i32.add (i32.load (global.get $data)) (i32.const 4)))
        (return (i32.const 0))))
      """;

  private static final String THROW = "(throw $error (local.get $n))";
  private static final String THROW_ONCE =
      "(if (i32.ne (global.get $state) (i32.const 2)) (then " + THROW + "))";

  private static String byReference(String count, String check) {
    return HEAD
        + """
          (func $inner (type $unary) (local $r i32)
            %s
            (local.set $r (call $get (local.get 0))) %s
            (i32.add (local.get $r) (i32.const 1)))
          (func (export "work") (param $n i32) (result i32) (local $r i32)
            %s
            (local.set $r (call_ref $unary (local.get $n) (ref.func $inner))) %s
            (i32.mul (local.get $r) (i32.const 3)))
          """
            .formatted(check.isEmpty() ? "" : POP, check.isEmpty() ? "" : CHECK, count, check);
  }

  private static String inCatch(String count, String thrown, String check) {
    return HEAD
        + """
          (func $inner (type $unary) (local.get 0))
          (func (export "work") (param $n i32) (result i32) (local $r i32)
            %s
            (try
              (do %s)
              (catch $error (drop) (local.set $r (call $get (local.get $n))) %s))
            (i32.mul (local.get $r) (i32.const 3)))
          """
            .formatted(count, thrown, check);
  }

  private static Verification verify(String original, String transformed) {
    return Fixtures.verify(
        Fixtures.assemble(original + ")"),
        Fixtures.assemble(transformed + Fixtures.CONTROLS + ")"));
  }

  @Test
  void rightOutputsAreVerified() {
    Verification byReference = verify(byReference(COUNT, ""), byReference(POP + ONCE, CHECK));
    Verification inCatch = verify(inCatch(COUNT, THROW, ""), inCatch(POP + ONCE, THROW, CHECK));

    for (Verification verification : new Verification[] {byReference, inCatch}) {
      assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
      assertThat(verification.reason()).startsWith("by programs only");
      assertThat(verification.coverage().hostCalls()).isEqualTo(24);
      assertThat(verification.coverage().suspensions()).isGreaterThan(24);
    }
  }

  /** The caller through a reference does not know that it is unwound. */
  @Test
  void callThroughReferenceThatDoesNotSuspendIsFound() {
    String caller =
        byReference(COUNT, CHECK).replace("(ref.func $inner))) " + CHECK, "(ref.func $inner)))");

    Verification verification = verify(byReference(COUNT, ""), caller);

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains("work(", "changes memory", "every call suspends");
  }

  @Test
  void catchThatIsNotEnteredAgainIsFound() {
    Verification verification =
        verify(inCatch(COUNT, THROW, ""), inCatch(POP + ONCE, THROW_ONCE, CHECK));

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains("work(", "returns without calling the host again");
  }

  /** What is no asyncified module at all is told apart from one that misbehaves. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (module) | no export
          (module (memory (export "memory") 1) (func (export "work") (param i32) (result i32) (i32.const 0))) | no export asyncify_get_state
          """)
  void whatHasNoControlFunctionsIsAMismatch(String output, String reason) {
    Verification verification =
        Fixtures.verify(Fixtures.assemble(byReference(COUNT, "") + ")"), Fixtures.assemble(output));

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains(reason);
  }

  /** Text that the host writes into memory that was allocated comes after the call is compared. */
  @Test
  void whatTheHostWritesAfterACallIsNoDifference() {
    String alloc = "(func (export \"alloc\") (param i32) (result i32) (i32.const 2048))";

    Verification verification =
        verify(byReference(COUNT, "") + alloc, byReference(POP + ONCE, CHECK) + alloc);

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().exportsRun()).isEqualTo(2);
  }
}
