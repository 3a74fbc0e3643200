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

  private final byte[] original = WatReader.assemble(MODULE);
  private final Transformed good = Asyncify.transformMapped(original, AsyncifyOptions.defaults());

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

  /** The output with the last instruction of an opcode written over, in the first body with it. */
  private byte[] faulty(int firstBody, int opcode, int... bytes) {
    Module module = Module.read(good.bytes());
    for (int body = firstBody; body < module.bodyCount(); body++) {
      byte[] faulty = good.bytes().clone();
      CodeReader code =
          new CodeReader(faulty, new BodyTyper(module).begin(body), module.bodyEnd(body));
      int start = -1;
      int end = -1;
      while (!code.atEnd()) {
        if (code.next() == opcode) {
          start = code.start();
          end = code.end();
        }
      }
      if (start >= 0) {
        for (int at = start; at < end; at++) {
          faulty[at] = (byte) (at - start < bytes.length ? bytes[at - start] : Opcodes.NOP);
        }
        return faulty;
      }
    }
    throw new AssertionError("there is none");
  }

  private String what(byte[] transformed) {
    return Objects.requireNonNull(difference(transformed)).what();
  }

  @Test
  void theGoodOutputHasNoDifference() {
    assertThat(difference(good.bytes())).isNull();
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
