package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.verify.frame.PlantedFault.Place;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Faults in what brings a caught exception back, of whichever tag. */
final class CaughtFramesTest {
  private static final String MODULE =
      """
      (module
        (import "env" "wait" (func $wait (param i32) (result i32)))
        (tag $first (param i32))
        (tag $second (param i64 i32))
        (memory (export "memory") 1)
        (func $inner (param $a i32) (result i32)
          try
            (local.set $a (call $wait (local.get $a)))
          catch_all
            (if (i32.load (local.get $a))
              (then (i32.store (local.get $a) (call $wait (local.get $a)))))
            rethrow 0
          end
          try
            (local.set $a (call $wait (local.get $a)))
          catch $first
            drop
            (drop (call $wait (local.get $a)))
            rethrow 0
          end
          local.get $a)
        (table 1 funcref) (elem (i32.const 0) $inner))
      """;

  private final PlantedFault planted = new PlantedFault(MODULE, AsyncifyOptions.defaults());
  private final byte[] good = planted.good.bytes();

  private List<Place> added(int opcode) {
    return planted.added(0, opcode);
  }

  private @Nullable FrameDifference difference(Place place, int... bytes) {
    return planted.difference(planted.faulty(place, bytes));
  }

  @Test
  void theGoodOutputHasNoDifference() {
    FrameCoverage coverage = planted.verify(good);
    assertThat(coverage.difference()).isNull();
    assertThat(coverage.suspended().cardinality()).isEqualTo(coverage.sites());
  }

  @Test
  void eachTagThatIsThrownAgainIsCompared() {
    assertThat(added(Opcodes.THROW)).isNotEmpty();
    for (Place instruction : added(Opcodes.THROW)) {
      // by the control flow: the payload is not what another tag takes
      assertThat(difference(instruction, Opcodes.UNREACHABLE)).isNotNull();
    }
  }

  @Test
  void eachNoteOfATagIsRead() {
    List<Place> rethrows = added(Opcodes.RETHROW);
    assertThat(rethrows).hasSize(3);
    int found = 0;
    for (Place note : added(Opcodes.I32_CONST)) {
      int number = good[note.start() + 1];
      boolean isNote = good[note.end()] == Opcodes.LOCAL_SET && isBefore(note.end(), rethrows);
      if (isNote) {
        assertThat(difference(note, Opcodes.I32_CONST, number ^ 3)).isNotNull();
        found++;
      }
    }
    assertThat(found).isEqualTo(3);
  }

  /** Whether a local.set stands right before one of them. */
  private static boolean isBefore(int set, List<Place> rethrows) {
    return rethrows.stream().anyMatch(rethrow -> rethrow.start() == set + 2);
  }

  @Test
  void eachPayloadThatIsKeptIsCompared() {
    int found = 0;
    for (Place set : added(Opcodes.LOCAL_SET)) {
      found += difference(set, Opcodes.DROP) != null ? 1 : 0;
    }
    // all but one: no tag is noted where none was noted before
    assertThat(found).isEqualTo(added(Opcodes.LOCAL_SET).size() - 1);
  }

  @Test
  void anExceptionWithoutATagMustBeRefused() {
    Module module = Module.read(good);
    List<Place> calls = added(Opcodes.CALL);
    int found = 0;
    for (Place call : calls) {
      int type = module.functionType(good[call.start() + 1]);
      if (module.types().paramCount(type) == 1 && module.types().resultCount(type) == 0) {
        found += difference(call, Opcodes.DROP) != null ? 1 : 0;
      }
    }
    assertThat(found).isPositive();
  }
}
