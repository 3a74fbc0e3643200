package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.code.Opcodes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Faults in the table that references wait in, and in what is returned meanwhile. */
final class ReferenceFramesTest {
  private static final String MODULE =
      """
      (module
        (import "env" "wait" (func $wait (param externref)))
        (memory (export "memory") 1)
        (func $inner (param $a externref) (param $b f64) (result f64)
          (call $wait (local.get $a))
          (call $wait (local.get $a))
          (local.get $b))
        (table 1 funcref) (elem (i32.const 0) $inner))
      """;

  private final PlantedFault planted = new PlantedFault(MODULE, AsyncifyOptions.defaults());

  /** The output with the last instruction of an opcode written over, in the first body with it. */
  private byte[] faulty(int firstBody, int opcode, int... bytes) {
    int body = firstBody;
    while (planted.places(body, opcode).isEmpty()) {
      body++;
    }
    List<PlantedFault.Place> all = planted.places(body, opcode);
    return planted.faulty(all.get(all.size() - 1), bytes);
  }

  private String what(byte[] transformed) {
    return Objects.requireNonNull(planted.difference(transformed)).what();
  }

  @Test
  void theGoodOutputHasNoDifference() {
    assertThat(planted.difference(planted.good.bytes())).isNull();
  }

  @Test
  void aTableThatGrowsThoughItHasRoomIsFound() {
    assertThat(what(faulty(1, Opcodes.I32_SHL, Opcodes.I32_SHL + 2))).contains("grows");
  }

  @Test
  void aTableThatCanNotGrowMustBeNoticed() {
    int and = 0x71; // of -1 and 0: as if there were slots
    assertThat(what(faulty(1, Opcodes.I32_LT_S, and))).contains("reference");
  }

  @Test
  void aResultOfTheProgramsWhileUnwindingIsFound() {
    assertThat(what(faulty(0, Opcodes.F64_CONST, Opcodes.LOCAL_GET, 1))).contains("no zeros");
  }
}
