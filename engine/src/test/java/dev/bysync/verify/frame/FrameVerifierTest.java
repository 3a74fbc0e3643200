package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.code.Opcodes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each fault is planted by hand, at a place that no call from outside would come to. */
final class FrameVerifierTest {
  /** Nothing is exported that calls {@code $inner}: only frames come to it. */
  private static final String MODULE =
      """
      (module
        (import "env" "wait" (func $wait (param i32) (result i32)))
        (memory (export "memory") 1)
        (func $inner (param $a i32) (param $b i64) (result i64)
          (local $c i32)
          (local.set $c (i32.mul (local.get $a) (local.get $a)))
          (if (i32.lt_s (local.get $a) (i32.const 5))
            (then (local.set $c (call $wait (local.get $c)))))
          (loop $again
            (drop (call $wait (i32.add (local.get $a) (local.get $c))))
            (br_if $again (i32.load (local.get $c))))
          (i64.add (local.get $b) (i64.extend_i32_u (local.get $c))))
        (table 1 funcref) (elem (i32.const 0) $inner))
      """;

  private final PlantedFault planted = new PlantedFault(MODULE, AsyncifyOptions.defaults());
  private final byte[] good = planted.good.bytes();

  @Test
  void suspendsAndResumesEverySite() {
    FrameCoverage coverage = planted.verify(good);
    assertThat(coverage.difference()).isNull();
    assertThat(coverage.sites()).isEqualTo(2);
    assertThat(coverage.suspended().cardinality()).isEqualTo(2);
    assertThat(coverage.unreachable().cardinality()).isZero();
    assertThat(coverage.suspensions()).isGreaterThanOrEqualTo(2);
    // a, b, c, the argument that the import is to see again, and the number of the site
    assertThat(coverage.largestFrame()).isEqualTo(4 + 8 + 4 + 4 + 4);
  }

  @Test
  void figuresAreTheSameEachTime() {
    FrameCoverage first = planted.verify(good);
    FrameCoverage second = planted.verify(good);
    assertThat(second.steps()).isEqualTo(first.steps());
    assertThat(second.suspensions()).isEqualTo(first.suspensions());
  }

  /** What is found if the n-th instruction of an opcode in {@code $inner} is written over. */
  private @Nullable FrameDifference difference(int opcode, int n, int... bytes) {
    return planted.difference(planted.faulty(planted.places(0, opcode).get(n), bytes));
  }

  private int count(int opcode) {
    return planted.places(0, opcode).size();
  }

  @Test
  void aLocalThatIsNotSavedIsFound() {
    int gets = count(Opcodes.LOCAL_GET);
    // the last reads are the handler's pushes: one of them pushes another local of the same type
    assertThat(difference(Opcodes.LOCAL_GET, gets - 1, Opcodes.LOCAL_GET, 0)).isNotNull();
  }

  @Test
  void aCheckThatIsMissingIsFound() {
    int branches = count(Opcodes.BR_IF);
    int found = 0;
    for (int i = 0; i < branches; i++) {
      found += difference(Opcodes.BR_IF, i, Opcodes.DROP) != null ? 1 : 0;
    }
    // all but none: the program's own br_if is missed as well
    assertThat(found).isEqualTo(branches);
  }

  @Test
  void aRestoreIntoAnotherLocalIsFound() {
    for (int i = 0; i < 2; i++) {
      FrameDifference difference = difference(Opcodes.LOCAL_SET, i, Opcodes.DROP);
      assertThat(difference).isNotNull();
    }
  }

  @Test
  void aDispatchThatLeadsNowhereIsFoundInItsFunction() {
    int conditions = count(Opcodes.IF);
    assertThat(conditions).isPositive();
    FrameDifference difference = difference(Opcodes.LOCAL_TEE, 0, Opcodes.LOCAL_TEE, 0);
    assertThat(difference).isNotNull();
    assertThat(Objects.requireNonNull(difference).function()).isEqualTo(1);
  }
}
