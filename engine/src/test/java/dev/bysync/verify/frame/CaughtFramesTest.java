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

  /** The output with an instruction of {@code $inner} written over by one that is as long. */
  private byte[] faulty(int[] instruction, int... bytes) {
    assertThat(instruction[1] - instruction[0]).isGreaterThanOrEqualTo(bytes.length);
    byte[] faulty = good.bytes().clone();
    for (int at = instruction[0]; at < instruction[1]; at++) {
      int i = at - instruction[0];
      faulty[at] = (byte) (i < bytes.length ? bytes[i] : Opcodes.NOP);
    }
    return faulty;
  }

  /** The instructions of an opcode that the transform added: where each starts and ends. */
  private List<int[]> added(int opcode) {
    Module module = Module.read(good.bytes());
    int start = new BodyTyper(module).begin(0);
    CodeReader code = new CodeReader(module.bytes(), start, module.bodyEnd(0));
    Origins.Walk walk =
        Origins.ofOutput(Module.read(original), module, Objects.requireNonNull(good.map()))
            .walk(start);
    List<int[]> all = new ArrayList<>();
    while (!code.atEnd()) {
      int next = code.next();
      if (walk.origin(code.start()) == Origins.ADDED && next == opcode) {
        all.add(new int[] {code.start(), code.end()});
      }
    }
    return all;
  }

  @Test
  void theGoodOutputHasNoDifference() {
    FrameCoverage coverage = verify(good.bytes());
    assertThat(coverage.difference()).isNull();
    assertThat(coverage.suspended().cardinality()).isEqualTo(coverage.sites());
  }

  @Test
  void eachTagThatIsThrownAgainIsCompared() {
    assertThat(added(Opcodes.THROW)).isNotEmpty();
    for (int[] instruction : added(Opcodes.THROW)) {
      // by the control flow: the payload is not what another tag takes
      assertThat(verify(faulty(instruction, Opcodes.UNREACHABLE)).difference()).isNotNull();
    }
  }

  @Test
  void eachNoteOfATagIsRead() {
    List<int[]> rethrows = added(Opcodes.RETHROW);
    assertThat(rethrows).hasSize(3);
    int found = 0;
    for (int[] note : added(Opcodes.I32_CONST)) {
      int number = good.bytes()[note[0] + 1];
      boolean isNote = good.bytes()[note[1]] == Opcodes.LOCAL_SET && isBefore(note[1], rethrows);
      if (isNote) {
        assertThat(verify(faulty(note, Opcodes.I32_CONST, number ^ 3)).difference()).isNotNull();
        found++;
      }
    }
    assertThat(found).isEqualTo(3);
  }

  /** Whether a local.set stands right before one of them. */
  private static boolean isBefore(int set, List<int[]> rethrows) {
    return rethrows.stream().anyMatch(rethrow -> rethrow[0] == set + 2);
  }

  @Test
  void eachPayloadThatIsKeptIsCompared() {
    int found = 0;
    for (int[] set : added(Opcodes.LOCAL_SET)) {
      found += verify(faulty(set, Opcodes.DROP)).difference() != null ? 1 : 0;
    }
    // all but one: no tag is noted where none was noted before
    assertThat(found).isEqualTo(added(Opcodes.LOCAL_SET).size() - 1);
  }

  @Test
  void anExceptionWithoutATagMustBeRefused() {
    Module module = Module.read(good.bytes());
    List<int[]> calls = added(Opcodes.CALL);
    int found = 0;
    for (int[] call : calls) {
      int type = module.functionType(good.bytes()[call[0] + 1]);
      if (module.types().paramCount(type) == 1 && module.types().resultCount(type) == 0) {
        found += verify(faulty(call, Opcodes.DROP)).difference() != null ? 1 : 0;
      }
    }
    assertThat(found).isPositive();
  }
}
