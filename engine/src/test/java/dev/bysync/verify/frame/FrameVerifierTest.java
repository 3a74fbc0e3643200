package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.WatReader;
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

  private final byte[] original = WatReader.assemble(MODULE);
  private final Transformed good = Asyncify.transformMapped(original, AsyncifyOptions.defaults());

  private FrameCoverage verify(byte[] transformed) {
    return FrameVerifier.verify(
        Module.read(original),
        Module.read(transformed),
        Objects.requireNonNull(good.map()),
        good.sites(),
        0,
        1,
        1_000_000);
  }

  private @Nullable FrameDifference difference(byte[] transformed) {
    return verify(transformed).difference();
  }

  @Test
  void suspendsAndResumesEverySite() {
    FrameCoverage coverage = verify(good.bytes());
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
    FrameCoverage first = verify(good.bytes());
    FrameCoverage second = verify(good.bytes());
    assertThat(second.steps()).isEqualTo(first.steps());
    assertThat(second.suspensions()).isEqualTo(first.suspensions());
  }

  /** The output with the n-th instruction of an opcode in {@code $inner} written over. */
  private byte[] faulty(int opcode, int n, int... bytes) {
    Module module = Module.read(good.bytes());
    byte[] faulty = good.bytes().clone();
    CodeReader code = new CodeReader(faulty, firstInstruction(module), module.bodyEnd(0));
    int seen = 0;
    while (!code.atEnd()) {
      if (code.next() == opcode && seen++ == n) {
        assertThat(code.end() - code.start()).isGreaterThanOrEqualTo(bytes.length);
        for (int i = 0; i < code.end() - code.start(); i++) {
          faulty[code.start() + i] = (byte) (i < bytes.length ? bytes[i] : Opcodes.NOP);
        }
        return faulty;
      }
    }
    throw new AssertionError("there are only " + seen);
  }

  private static int firstInstruction(Module module) {
    return new BodyTyper(module).begin(0);
  }

  private static int count(byte[] bytes, int opcode) {
    Module module = Module.read(bytes);
    CodeReader code = new CodeReader(bytes, firstInstruction(module), module.bodyEnd(0));
    int seen = 0;
    while (!code.atEnd()) {
      seen += code.next() == opcode ? 1 : 0;
    }
    return seen;
  }

  @Test
  void aLocalThatIsNotSavedIsFound() {
    int gets = count(good.bytes(), Opcodes.LOCAL_GET);
    // the last reads are the handler's pushes: one of them pushes another local of the same type
    assertThat(difference(faulty(Opcodes.LOCAL_GET, gets - 1, Opcodes.LOCAL_GET, 0))).isNotNull();
  }

  @Test
  void aCheckThatIsMissingIsFound() {
    int branches = count(good.bytes(), Opcodes.BR_IF);
    int found = 0;
    for (int i = 0; i < branches; i++) {
      byte[] never = faulty(Opcodes.BR_IF, i, Opcodes.DROP);
      found += difference(never) != null ? 1 : 0;
    }
    // all but none: the program's own br_if is missed as well
    assertThat(found).isEqualTo(branches);
  }

  @Test
  void aRestoreIntoAnotherLocalIsFound() {
    for (int i = 0; i < 2; i++) {
      FrameDifference difference = difference(faulty(Opcodes.LOCAL_SET, i, Opcodes.DROP));
      assertThat(difference).isNotNull();
    }
  }

  @Test
  void aDispatchThatLeadsNowhereIsFoundInItsFunction() {
    int conditions = count(good.bytes(), Opcodes.IF);
    assertThat(conditions).isPositive();
    FrameDifference difference = difference(faulty(Opcodes.LOCAL_TEE, 0, Opcodes.LOCAL_TEE, 0));
    assertThat(difference).isNotNull();
    assertThat(Objects.requireNonNull(difference).function()).isEqualTo(1);
  }
}
