package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.verify.frame.PlantedFault.Place;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
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

  private final PlantedFault planted =
      new PlantedFault(MODULE, AsyncifyOptions.defaults().withSplitAbove(0));

  private final byte[] good = planted.good.bytes();

  /** The instructions of an opcode in the second copy. */
  private List<Place> there(int opcode) {
    Module module = Module.read(good);
    CodeReader first = PlantedFault.code(module, 0);
    while (first.next() != Opcodes.CALL) {}
    return planted.places(first.index() - module.importedFunctionCount(), opcode);
  }

  private @Nullable FrameDifference difference(Place place, int... bytes) {
    return planted.difference(planted.faulty(place, bytes));
  }

  @Test
  void theGoodOutputHasNoDifference() {
    assertThat(planted.difference(good)).isNull();
  }

  @Test
  void eachCheckBehindACallIsExecuted() {
    List<Place> branches = there(Opcodes.BR_IF);
    assertThat(branches).hasSizeGreaterThan(3);
    assertThat(branches)
        .allSatisfy(branch -> assertThat(difference(branch, Opcodes.DROP)).isNotNull());
  }

  @Test
  void eachFrameThatIsPutAwayAgainIsWhatItWas() {
    Module module = Module.read(good);
    int checked = 0;
    for (Place call : there(Opcodes.CALL)) {
      int callee = good[call.start() + 1];
      if (callee == Objects.requireNonNull(planted.good.map()).indices().function(0)) {
        continue; // the program's
      }
      for (int other = module.importedFunctionCount(); other < module.functionCount(); other++) {
        if (other != callee && module.functionType(other) == module.functionType(callee)) {
          assertThat(difference(call, Opcodes.CALL, other)).isNotNull();
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
        .allSatisfy(add -> assertThat(difference(add, Opcodes.I32_ADD + 1)).isNotNull());
  }

  @Test
  void aLabelThatIsLeftAtItsStartIsFound() {
    // a branch out of a loop would go round once more
    int found = 0;
    for (Place block : there(Opcodes.BLOCK)) {
      found += difference(block, Opcodes.LOOP, good[block.start() + 1]) != null ? 1 : 0;
    }
    assertThat(found).isEqualTo(there(Opcodes.BLOCK).size());
  }

  @Test
  void aDifferenceIsFoundAgainOnItsOwnPath() {
    Place last = there(Opcodes.I32_ADD).get(there(Opcodes.I32_ADD).size() - 1);
    byte[] faulty = planted.faulty(last, Opcodes.I32_ADD + 1);
    FrameReplay replay =
        new FrameReplay(
            Module.read(planted.original),
            Module.read(faulty),
            Objects.requireNonNull(planted.good.map()),
            planted.good.sites(),
            0);
    FrameDifference shortened = replay.shorten(Objects.requireNonNull(planted.difference(faulty)));
    assertThat(shortened.path().suspensions()).isNotEmpty();
    assertThat(replay.run(shortened, event -> {})).isEqualTo(shortened);
  }
}
