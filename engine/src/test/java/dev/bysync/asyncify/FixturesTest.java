package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fixture behaves the same suspended at every site as not suspended at all. */
final class FixturesTest {
  static List<String> fixtures() {
    return Resources.names(".");
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void fixtureIsVerifiedAtEverySite(String name) {
    Pairs.assertVerified(Pairs.assemble(Resources.read(name)));
  }

  static List<String> fixturesForV8() {
    return Resources.names("v8");
  }

  /** What V8 suspends at every call, with arguments of its own, is verified as any module is. */
  @ParameterizedTest
  @MethodSource("fixturesForV8")
  void fixtureForV8IsVerified(String name) {
    byte[] original = Pairs.assemble(Resources.read("v8/" + name));
    Verification verification = Pairs.verify(original, Pairs.transform(original), 1);
    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 130})
  void manyLocalsLiveAcrossACall(int count) {
    String declared = locals(count, "(local $v%d i64)");
    String written = locals(count, "(local.set $v%1$d (i64.mul (local.get $x) (i64.const %1$d7)))");
    String read =
        locals(
            count,
            "(local.set $sum (i64.sub (i64.rotl (local.get $sum) (i64.const 3))"
                + " (local.get $v%d)))");
    String call = "(local.set $v0 (i64.add (local.get $v0) (call $get (local.get $sum))))";
    Pairs.assertVerified(
        Pairs.assemble(
            """
            (import "env" "get" (func $get (param i64) (result i64)))
            (memory (export "memory") 1)
            (func (export "run") (param $x i64) (result i64) (local $sum i64)
            """
                + (declared + written + call + read + call + read)
                + "local.get $sum)"));
  }

  private static String locals(int count, String format) {
    return IntStream.range(0, count)
        .mapToObj(format::formatted)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 40, 150})
  void manySites(int count) {
    Pairs.assertVerified(
        Pairs.assemble(
            """
            (import "env" "get" (func $get (param i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "run") (result i32) (local $x i32) (local $y i32) (local $z i32)
              ;; only once, so that there are not too many calls to suspend in each
              (if (i32.load (i32.const 0)) (then (return (i32.const 1))))
              (i32.store (i32.const 0) (i32.const 1))
            """
                + IntStream.range(0, count)
                    .mapToObj(FixturesTest::site)
                    .collect(Collectors.joining())
                + "local.get $x local.get $y i32.sub local.get $z i32.xor)"));
  }

  /** So many locals to restore that those of the outermost region are restored before it starts. */
  @Test
  void loopBesideManyRestores() {
    Pairs.assertVerified(
        Pairs.assemble(
            """
            (import "env" "get" (func $get (param i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "run") (result i32)
              (local $x i32) (local $y i32) (local $z i32) (local $u i32) (local $v i32)
              (local $i i32) (local $own i32) (local $other i64)
              (if (i32.load (i32.const 0)) (then (return (i32.const 1))))
              (i32.store (i32.const 0) (i32.const 1))
              (loop $again
                (local.set $own (i32.mul (i32.load (i32.const 4)) (i32.const 3)))
                (local.set $y (i32.add (call $get (local.get $y)) (local.get $own)))
                (local.set $other (i64.load (i32.const 8)))
                (local.set $z (call $get (local.get $i)))
                (local.set $x (i32.sub (local.get $z) (i32.wrap_i64 (local.get $other))))
                (br_if $again
                  (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
            """
                + "(local.set $u (i32.rotl (call $get (local.get $u)) (local.get $v)))\n"
                    .repeat(150)
                + """
              (i32.add (local.get $x) (i32.sub (local.get $y) (i32.xor (local.get $z)
                (i32.mul (local.get $u) (i32.add (local.get $v) (local.get $i)))))))
            """));
  }

  /** A site with one of several shapes of operands and of live locals. */
  private static String site(int number) {
    return switch (number % 4) {
      case 0 ->
          "(local.set $x (i32.add (local.get $y) (call $get (i32.const %d))))\n".formatted(number);
      case 1 -> "(local.set $y (i32.mul (i32.load (i32.const 4)) (call $get (local.get $x))))\n";
      case 2 -> "(local.set $z (call $get (i32.const %d)))\n".formatted(number);
      default ->
          "(if (i32.ge_s (local.get $z) (i32.const 0x80000000)) (then (drop (call $get (local.get $y)))))\n";
    };
  }
}
