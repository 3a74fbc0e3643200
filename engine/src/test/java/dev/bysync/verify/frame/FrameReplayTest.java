package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.frame.FrameEvent.Side;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.WatReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Faults are planted by hand; what shows them is run again by itself. */
final class FrameReplayTest {
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
            (i32.store (local.get $c) (local.get $a))
            (drop (call $wait (i32.add (local.get $a) (local.get $c))))
            (br_if $again (i32.load (local.get $c))))
          (i64.add (local.get $b) (i64.extend_i32_u (local.get $c))))
        (table 1 funcref) (elem (i32.const 0) $inner))
      """;

  private static final int INNER = 1;

  private final byte[] original = WatReader.assemble(MODULE);
  private final Transformed good = Asyncify.transformMapped(original, AsyncifyOptions.defaults());
  private final List<FrameEvent> events = new ArrayList<>();

  private FrameReplay replay(byte[] transformed) {
    return new FrameReplay(
        Module.read(original),
        Module.read(transformed),
        Objects.requireNonNull(good.map()),
        good.sites(),
        0);
  }

  private FrameDifference found(byte[] transformed) {
    FrameCoverage coverage =
        FrameVerifier.verify(
            Module.read(original),
            Module.read(transformed),
            Objects.requireNonNull(good.map()),
            good.sites(),
            0,
            1,
            1_000_000);
    return Objects.requireNonNull(coverage.difference());
  }

  /** The path from the entry to the call in the if, which is suspended. */
  private FrameDifference path() {
    int branch = offset(original, Opcodes.IF, 0);
    int call = offset(original, Opcodes.CALL, 0);
    FramePath path =
        new FramePath(
            7, List.of(new FramePath.Way(branch, 0)), List.of(new FramePath.Arrival(call, 0)));
    return new FrameDifference(INNER, call, "", path);
  }

  private static int offset(byte[] bytes, int opcode, int n) {
    Module module = Module.read(bytes);
    CodeReader code = new CodeReader(bytes, new BodyTyper(module).begin(0), module.bodyEnd(0));
    int seen = 0;
    while (!code.atEnd()) {
      if (code.next() == opcode && seen++ == n) {
        return code.start();
      }
    }
    throw new AssertionError("there are only " + seen);
  }

  /** The good output with an instruction written over by a shorter one. */
  private byte[] faulty(int opcode, int n, int... bytes) {
    byte[] faulty = good.bytes().clone();
    int at = offset(faulty, opcode, n);
    CodeReader code = new CodeReader(faulty, at, faulty.length);
    code.next();
    for (int i = 0; i < code.end() - at; i++) {
      faulty[at + i] = (byte) (i < bytes.length ? bytes[i] : Opcodes.NOP);
    }
    return faulty;
  }

  private <T extends FrameEvent> List<T> told(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Test
  void tellsWhatBothDo() {
    assertThat(replay(good.bytes()).run(path(), events::add)).isNull();

    assertThat(told(FrameEvent.Entered.class))
        .extracting(FrameEvent.Entered::side)
        .containsExactly(Side.ORIGINAL, Side.OUTPUT);
    assertThat(told(FrameEvent.Entered.class).get(0).arguments()).containsExactly("p0", "p1");
    int branch = offset(original, Opcodes.IF, 0);
    List<FrameEvent.Branched> branches =
        told(FrameEvent.Branched.class).stream()
            .filter(event -> event.place().origin() == branch)
            .toList();
    assertThat(branches).hasSize(2);
    assertThat(branches.get(0).direction()).isEqualTo("then");
    assertThat(branches.get(1).condition()).isEqualTo(branches.get(0).condition());
    int store = offset(original, Opcodes.I32_STORE, 0);
    assertThat(told(FrameEvent.Did.class))
        .filteredOn(event -> event.place().origin() == store)
        .extracting(FrameEvent.Did::operands)
        .containsExactly(List.of("r0", "p0"), List.of("r0", "p0"));
  }

  @Test
  void tellsHowAFrameIsPutAwayAndComesBack() {
    assertThat(replay(good.bytes()).run(path(), events::add)).isNull();
    assertThat(told(FrameEvent.Unwinding.class))
        .extracting(FrameEvent.Unwinding::room)
        .containsExactly(
            FrameEvent.Room.AMPLE,
            FrameEvent.Room.TOO_SMALL,
            FrameEvent.Room.AT_THE_END,
            FrameEvent.Room.EXACT);
    List<FrameEvent.Unwound> unwound = told(FrameEvent.Unwound.class);
    assertThat(unwound)
        .extracting(FrameEvent.Unwound::how)
        .containsExactly("returned", "trapped", "trapped", "returned");
    List<String> popped =
        told(FrameEvent.Popped.class).stream().map(FrameEvent.Popped::value).toList();
    List<String> pushed =
        told(FrameEvent.Pushed.class).stream().map(FrameEvent.Pushed::value).toList();
    assertThat(popped).contains("p0", "p1");
    assertThat(pushed).containsAll(popped);
    assertThat(told(FrameEvent.Rewinding.class)).hasSize(1);
    List<FrameEvent.Back> back = told(FrameEvent.Back.class);
    assertThat(back).hasSize(1);
    assertThat(back.get(0).others()).noneMatch(FrameEvent.Held::isLive);
    assertThat(told(FrameEvent.Resumed.class)).containsExactly(new FrameEvent.Resumed("0"));
  }

  @Test
  void suspendsNothingWhereThePathDoesNotSaySo() {
    FrameDifference given = path();
    FramePath path = given.path().suspendedAt(List.of());
    assertThat(replay(good.bytes()).run(new FrameDifference(INNER, 0, "", path), events::add))
        .isNull();
    assertThat(told(FrameEvent.Unwinding.class)).isEmpty();
    assertThat(told(FrameEvent.Pushed.class)).isEmpty();
  }

  @Test
  void aLostLocalIsShownAgainOnAShortPath() {
    byte[] faulty = faulty(Opcodes.LOCAL_SET, 2, Opcodes.DROP); // the popped $b is thrown away
    FrameDifference found = found(faulty);
    assertThat(found.what()).endsWith("is lost");
    FrameDifference shortest = replay(faulty).shorten(found);
    assertThat(shortest.isSame(found)).isTrue();
    assertThat(shortest.path().ways()).hasSizeLessThanOrEqualTo(found.path().ways().size());
    assertThat(shortest.path().suspensions()).hasSize(1);

    FrameDifference again = replay(faulty).run(shortest, events::add);
    assertThat(again).isEqualTo(shortest);
    FrameEvent.Back back = told(FrameEvent.Back.class).get(0);
    assertThat(back.others()).anyMatch(FrameEvent.Held::isLive);
    assertThat(back.place().origin()).isEqualTo(found.offset());

    assertThat(replay(good.bytes()).run(shortest, event -> {})).isNull();
  }

  private static int count(byte[] bytes, int opcode) {
    Module module = Module.read(bytes);
    CodeReader code = new CodeReader(bytes, new BodyTyper(module).begin(0), module.bodyEnd(0));
    int seen = 0;
    while (!code.atEnd()) {
      seen += code.next() == opcode ? 1 : 0;
    }
    return seen;
  }

  /** Whatever is written over, the same is seen again, and nothing in the good output. */
  @Test
  void everyDifferenceIsShownAgain() {
    int shown = 0;
    for (int opcode : new int[] {Opcodes.LOCAL_GET, Opcodes.LOCAL_SET, Opcodes.BR_IF}) {
      int count = count(good.bytes(), opcode);
      for (int i = 0; i < count; i++) {
        byte[] faulty =
            opcode == Opcodes.LOCAL_GET
                ? faulty(opcode, i, Opcodes.I32_CONST, 3)
                : faulty(opcode, i, Opcodes.DROP);
        if (isDifferent(faulty)) {
          FrameDifference found = found(faulty);
          FrameDifference shortest = replay(faulty).shorten(found);
          assertThat(shortest.isSame(found)).as("%s, %s", found, shortest).isTrue();
          assertThat(replay(faulty).run(shortest, event -> {})).isEqualTo(shortest);
          assertThat(replay(good.bytes()).run(shortest, event -> {})).isNull();
          shown++;
        }
      }
    }
    assertThat(shown).isGreaterThan(10);
  }

  private boolean isDifferent(byte[] faulty) {
    try {
      return difference(faulty) != null;
    } catch (WasmException e) {
      return false; // not valid: the type of what was written over is another
    }
  }

  private @Nullable FrameDifference difference(byte[] faulty) {
    return FrameVerifier.verify(
            Module.read(original),
            Module.read(faulty),
            Objects.requireNonNull(good.map()),
            good.sites(),
            0,
            1,
            1_000_000)
        .difference();
  }

  @Test
  void whatIsNotOnAPathIsComparedAgain() {
    byte[] faulty = good.bytes().clone();
    String text = new String(faulty, StandardCharsets.ISO_8859_1);
    faulty[text.indexOf("memory")] = 'M';
    FrameDifference found = found(faulty);
    assertThat(found.function()).isEqualTo(-1);
    assertThat(replay(faulty).shorten(found)).isEqualTo(found);
    assertThat(replay(faulty).run(found, events::add)).isEqualTo(found);
    assertThat(told(FrameEvent.Compared.class)).hasSize(1);
    assertThat(replay(good.bytes()).run(found, events::add)).isNull();
    assertThat(told(FrameEvent.Compared.class)).hasSize(3);
  }

  @Test
  void aPathThatTheOriginalDoesNotHaveIsRefused() {
    FrameReplay replay = replay(good.bytes());
    int branch = offset(original, Opcodes.IF, 0);
    for (FramePath.Way way :
        List.of(
            new FramePath.Way(branch, 2),
            new FramePath.Way(branch + 1, 0),
            new FramePath.Way(offset(original, Opcodes.CALL, 0), 0))) {
      FrameDifference wrong =
          new FrameDifference(INNER, branch, "", new FramePath(1, List.of(way), List.of()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> replay.run(wrong, event -> {}))
          .withMessageContaining("has no way");
    }
    FrameDifference nowhere = new FrameDifference(9, 0, "", FramePath.none(1));
    assertThatIllegalArgumentException().isThrownBy(() -> replay.run(nowhere, event -> {}));
  }
}
