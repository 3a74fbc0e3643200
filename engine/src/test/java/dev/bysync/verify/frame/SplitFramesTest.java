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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Faults in the copy that a split body is resumed in, where no suspension from the first copy comes
 * to: behind the call that is resumed.
 */
final class SplitFramesTest {
  private static final String MODULE =
      """
      (module
        (import "env" "wait" (func $wait (param i32) (result i32)))
        (memory (export "memory") 1)
        (func $inner (param $a i32) (param $b i32) (result i32)
          (local $c i32)
          (local.set $c (call $wait (local.get $a)))
          (if (i32.lt_s (local.get $a) (i32.const 5))
            (then (local.set $b (call $wait (local.get $c)))))
          (loop $again
            (i32.store (local.get $c)
              (i32.add (i32.load (local.get $b)) (call $wait (local.get $a))))
            (br_if $again (i32.load (local.get $c))))
          (i32.add (local.get $b) (local.get $c)))
        (table 1 funcref) (elem (i32.const 0) $inner))
      """;

  private final byte[] original = WatReader.assemble(MODULE);
  private final Transformed good =
      Asyncify.transformMapped(original, AsyncifyOptions.defaults().withSplitAbove(0));

  private @Nullable FrameDifference difference(byte[] transformed) {
    return FrameVerifier.verify(
            Module.read(original),
            Module.read(transformed),
            Objects.requireNonNull(good.map()),
            good.sites(),
            0,
            1,
            1_000_000)
        .difference();
  }

  private static CodeReader code(Module module, int body) {
    return new CodeReader(module.bytes(), new BodyTyper(module).begin(body), module.bodyEnd(body));
  }

  /** The instructions of an opcode in the second copy: where each starts and ends. */
  private List<int[]> there(int opcode) {
    Module module = Module.read(good.bytes());
    CodeReader first = code(module, 0);
    while (first.next() != Opcodes.CALL) {}
    List<int[]> all = new ArrayList<>();
    CodeReader second = code(module, first.index() - module.importedFunctionCount());
    while (!second.atEnd()) {
      if (second.next() == opcode) {
        all.add(new int[] {second.start(), second.end()});
      }
    }
    return all;
  }

  /** The good output with an instruction written over. */
  private byte[] faulty(int[] instruction, int... bytes) {
    byte[] faulty = good.bytes().clone();
    for (int at = instruction[0]; at < instruction[1]; at++) {
      int i = at - instruction[0];
      faulty[at] = (byte) (i < bytes.length ? bytes[i] : Opcodes.NOP);
    }
    return faulty;
  }

  @Test
  void theGoodOutputHasNoDifference() {
    assertThat(difference(good.bytes())).isNull();
  }

  @Test
  void eachCheckBehindACallIsExecuted() {
    List<int[]> branches = there(Opcodes.BR_IF);
    assertThat(branches).hasSizeGreaterThan(3);
    assertThat(branches)
        .allSatisfy(branch -> assertThat(difference(faulty(branch, Opcodes.DROP))).isNotNull());
  }

  @Test
  void eachFrameThatIsPutAwayAgainIsWhatItWas() {
    Module module = Module.read(good.bytes());
    int checked = 0;
    for (int[] call : there(Opcodes.CALL)) {
      int callee = good.bytes()[call[0] + 1];
      if (callee == Objects.requireNonNull(good.map()).indices().function(0)) {
        continue; // the program's
      }
      for (int other = module.importedFunctionCount(); other < module.functionCount(); other++) {
        if (other != callee && module.functionType(other) == module.functionType(callee)) {
          assertThat(difference(faulty(call, Opcodes.CALL, other))).isNotNull();
          checked++;
        }
      }
    }
    assertThat(checked).isPositive();
  }

  @Test
  void whatIsComputedBehindTheCallIsCompared() {
    assertThat(there(Opcodes.I32_ADD))
        .isNotEmpty()
        .allSatisfy(add -> assertThat(difference(faulty(add, Opcodes.I32_ADD + 1))).isNotNull());
  }

  @Test
  void aLabelThatIsLeftAtItsStartIsFound() {
    // a branch out of a loop would go round once more
    int found = 0;
    for (int[] block : there(Opcodes.BLOCK)) {
      found += difference(faulty(block, Opcodes.LOOP, good.bytes()[block[0] + 1])) != null ? 1 : 0;
    }
    assertThat(found).isEqualTo(there(Opcodes.BLOCK).size());
  }

  @Test
  void aDifferenceIsFoundAgainOnItsOwnPath() {
    int[] last = there(Opcodes.I32_ADD).get(there(Opcodes.I32_ADD).size() - 1);
    byte[] faulty = faulty(last, Opcodes.I32_ADD + 1);
    FrameReplay replay =
        new FrameReplay(
            Module.read(original),
            Module.read(faulty),
            Objects.requireNonNull(good.map()),
            good.sites(),
            0);
    FrameDifference shortened = replay.shorten(Objects.requireNonNull(difference(faulty)));
    assertThat(shortened.path().suspensions()).isNotEmpty();
    assertThat(replay.run(shortened, event -> {})).isEqualTo(shortened);
  }
}
