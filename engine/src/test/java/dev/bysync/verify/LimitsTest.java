package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ends a run early is not believed: neither a stack that is said to be too small, nor a limit
 * of the machine that the original has not met.
 */
final class LimitsTest {
  private static final byte[] ORIGINAL = Fixtures.assemble(Fixtures.ORIGINAL);
  private static final String UNWINDING = "(return (i32.const 0))";
  private static final String REWINDING =
      "(local.set $a (i32.load (i32.load (global.get $data)))))";

  /** In the twelfth call, so that others are suspended and resumed. */
  private static final String LATE = "(i32.eq (global.get $count) (i32.const 12))";

  /** Calls itself for ever, as a helper that pushes or pops might. */
  private static final String FOREVER = "(func $forever (call $forever))";

  private static byte[] faulty(String from, String to, String more) {
    String text = Fixtures.TRANSFORMED.replace(from, to).strip();
    assertThat(text).isNotEqualTo(Fixtures.TRANSFORMED.strip());
    return Fixtures.assemble(text.substring(0, text.length() - 1) + more + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # a check of the stack's room that fails always, or now and then
          (i32.const 1) | (i32.store (global.get $data) (i32.const -1)) (unreachable) | pos being past end in a stack with room left
          LATE          | (i32.store (global.get $data) (i32.const -1)) (unreachable) | pos being past end in a stack with room left
          # the same without pos saying so
          LATE          | (unreachable) | while unwinding it traps
          # calls and memory without end
          (i32.const 1) | (call $forever) | DEPTH
          LATE          | (call $forever) | DEPTH
          LATE          | (drop (array.new_default $bytes (i32.const 0x40000000))) | MEMORY_LIMIT
          """)
  void limitThatOnlyTheUnwindingMeetsIsADifference(String when, String what, String difference) {
    String fault = "(if " + when.replace("LATE", LATE) + " (then " + what + "))";
    byte[] output =
        faulty(UNWINDING, fault + UNWINDING, FOREVER + "(type $bytes (array (mut i8)))");

    Verification verification = Fixtures.verify(ORIGINAL, output);

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains("work(", difference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(i32.const 1)", LATE})
  void limitThatOnlyTheRewindingMeetsIsADifference(String when) {
    String fault = "(if " + when + " (then (call $forever)))";
    byte[] output =
        faulty(REWINDING, REWINDING.substring(0, REWINDING.length() - 1) + fault + ")", FOREVER);

    Verification verification = Fixtures.verify(ORIGINAL, output);

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains("DEPTH", "ample room");
  }

  /** The reproducer of a mismatch shows it as well. */
  @Test
  void limitHasAReproducer() throws Exception {
    byte[] output = faulty(UNWINDING, "(call $forever)" + UNWINDING, FOREVER);
    Reproduction reproduction = Reproduction.of(Subject.foreign(ORIGINAL, output));

    Reproducer found = reproduction.find(Fixtures.OPTIONS).orElseThrow();

    assertThat(found.calls()).hasSize(1);
    assertThat(reproduction.replay(found, event -> {})).isEqualTo(found.difference());
  }

  /** Where the original meets a limit, the other one needn't, nor must it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // calls without end, behind a call of the host
        "(func (export \"run\") (call $f) (call $forever)) (func $forever (call $forever))",
        // a call of the host in each of them
        "(func $run (export \"run\") (call $f) (call $run))",
        // memory that there is not
        "(func (export \"run\") (call $f) (drop (array.new_default $bytes (i32.const 0x7FFFFFFF))))"
      })
  void limitThatBothMeetIsNone(String functions) {
    Verification verification =
        ours(
            "(import \"env\" \"f\" (func $f)) (memory (export \"memory\") 4)"
                + " (type $bytes (array (mut i8)))"
                + functions);

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
  }

  /**
   * The deepest calls that the original can make, whose frames have more slots when transformed.
   */
  @Test
  void programThatNearlyMeetsALimitIsVerified() {
    Verification verification = ours(recursion(256, 9_990, "i64"));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).isEmpty();
  }

  /** Frames that take more than a stack usually has, in a memory that has more. */
  @Test
  void deepRecursionHasTheRoomItNeeds() {
    Verification verification = ours(recursion(256, 9_000, "v128"));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).isEmpty();
    assertThat(verification.coverage().cost().deepestStackBytes())
        .isGreaterThan(9_000L * 8 * 16); // over 1 MiB
  }

  /**
   * Frames that do not fit into half of the memory: such a call is left out, and said to be; what
   * follows it is suspended and compared.
   */
  @Test
  void callThatIsTooDeepIsLeftOutAndCounted() {
    Verification verification = ours(recursion(1, 9_000, "v128"));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason())
        .matches("[1-9][0-9]* calls of the host were not suspended: half of the memory is .*");
    assertThat(verification.coverage().suspensions()).isPositive();
  }

  @Test
  void nothingButCallsThatAreTooDeepIsNotVerified() {
    String shallow = "(func (export \"shallow\") (call $f))";
    Verification verification = ours(recursion(1, 9_000, "v128").replace(shallow, ""));

    assertThat(verification.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(verification.reason()).contains("no room for the asyncify stack");
  }

  /** A deep recursion in the deep end of which eight locals live, and a call at its top. */
  private static String recursion(int pages, int depth, String type) {
    return """
        (import "env" "f" (func $f))
        (memory (export "memory") %d)
        (func $down (param $n i32) (local %s)
          (if (i32.eqz (local.get $n)) (then (call $f) (return)))
          (call $down (i32.sub (local.get $n) (i32.const 1)))
          %s)
        (func (export "deep") (call $down (i32.const %d)))
        (func (export "shallow") (call $f))
        """
        .formatted(
            pages,
            (type + " ").repeat(8),
            "(drop (local.get 1)) (drop (local.get 2)) (drop (local.get 3)) (drop (local.get 4))"
                + "(drop (local.get 5)) (drop (local.get 6)) (drop (local.get 7))"
                + "(drop (local.get 8))",
            depth);
  }

  /** By whole programs alone, which come to one site in four. */
  private static Verification ours(String fields) {
    byte[] original = Fixtures.assemble("(module " + fields + ")");
    Transformed transformed = Asyncify.transform(original, AsyncifyOptions.defaults());
    return Verifier.verify(
        original,
        transformed.bytes(),
        transformed.sites(),
        new VerifyOptions(1, 3_000_000).withMinSites(25));
  }

  /**
   * A check that fails when half of the stack is used, in a recursion that needs more than half.
   */
  @ParameterizedTest
  @CsvSource({"0, VERIFIED", "12000, MISMATCH"})
  void checkThatFailsTooEarlyIsADifference(int tooEarly, Verdict expected) {
    String original =
        """
        (module
          (import "env" "get" (func $get (param i32) (result i32)))
          (memory (export "memory") 1)
          (func $down (param $n i32) (result i32)
            (if (result i32) (i32.eqz (local.get $n))
              (then (call $get (i32.const 7)))
              (else (i32.add (local.get $n) (call $down (i32.sub (local.get $n) (i32.const 1)))))))
          (func (export "deep") (result i32) (call $down (i32.const 6000)))
          (func (export "middle") (result i32) (call $down (i32.const 100)))
        )
        """;
    String transformed =
        """
        (module
          (import "env" "get" (func $get (param i32) (result i32)))
          (memory (export "memory") 1)
          (func $down (param $n i32) (result i32) (local $r i32)
            (if (i32.eq (global.get $state) (i32.const 2))
              (then
                (i32.store (global.get $data)
                  (i32.sub (i32.load (global.get $data)) (i32.const 8)))
                (local.set $n (i32.load (i32.load (global.get $data))))))
            (local.set $r
              (if (result i32) (i32.eqz (local.get $n))
                (then (call $get (i32.const 7)))
                (else (call $down (i32.sub (local.get $n) (i32.const 1))))))
            (if (i32.eq (global.get $state) (i32.const 1))
              (then
                (if (i32.gt_u
                    (i32.add (i32.load (global.get $data)) (i32.const EARLY))
                    (i32.load offset=4 (global.get $data)))
                  (then (i32.store (global.get $data) (i32.const -1)) (unreachable)))
                (i32.store (i32.load (global.get $data)) (local.get $n))
                (i32.store (global.get $data)
                  (i32.add (i32.load (global.get $data)) (i32.const 8)))
                (return (i32.const 0))))
            (if (result i32) (i32.eqz (local.get $n))
              (then (local.get $r))
              (else (i32.add (local.get $n) (local.get $r)))))
          (func (export "deep") (result i32) (call $down (i32.const 6000)))
          (func (export "middle") (result i32) (call $down (i32.const 100)))
        """
            .replace("EARLY", Integer.toString(8 + tooEarly));

    Verification verification =
        Verifier.verify(
            Fixtures.assemble(original),
            Fixtures.assemble(transformed + Fixtures.CONTROLS + ")"),
            null,
            Fixtures.OPTIONS.withFuel(5_000_000));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(expected);
    if (expected == Verdict.VERIFIED) {
      assertThat(verification.reason()).contains("calls of the host were not suspended");
    }
  }

  /** It has more than a call may need: that it does not end is a difference, wherever that is. */
  @ParameterizedTest
  @ValueSource(strings = {"asyncify_stop_unwind", "asyncify_stop_rewind"})
  void controlFunctionThatNeverEndsIsADifference(String control) {
    byte[] output =
        faulty("(export \"" + control + "\")", "(export \"" + control + "\") (loop (br 0))", "");

    Verification verification = Fixtures.verify(ORIGINAL, output);

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).contains("work(", "it does not end within");
  }
}
