package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A difference that only a call shows that is made to suspend has a reproducer, too. */
final class ForcedReproductionTest {
  /** The host is never called: what calls it would have to be asked for with 77777. */
  private static final String ORIGINAL =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (global $calls (export "calls") (mut i32) (i32.const 0))
        (func $inner (param $n i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (if (result i32) (i32.eq (local.get $n) (i32.const 77777))
            (then (call $get (local.get $n)))
            (else (i32.const 3))))
        (func (export "work") (param $n i32) (result i32)
          (local $i i32)
          (loop $more
            (drop (call $inner (local.get $i)))
            (br_if $more
              (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                (i32.const 6))))
          (i32.add (call $inner (i32.const 5)) (local.get $n)))
        (func (export "idle")))
      """;

  /** Each frame of work is its two locals; inner has none, since it is never suspended here. */
  private static final String TRANSFORMED =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (global $calls (export "calls") (mut i32) (i32.const 0))
        (func $inner (param $n i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (if (result i32) (i32.eq (local.get $n) (i32.const 77777))
            (then (call $get (local.get $n)))
            (else (i32.const 3))))
        (func (export "work") (param $n i32) (result i32)
          (local $i i32) (local $at i32) (local $r i32)
          (if (i32.eq (global.get $state) (i32.const 2)) (then
            (i32.store (global.get $data) (i32.sub (i32.load (global.get $data)) (i32.const 12)))
            (local.set $n (i32.load (i32.load (global.get $data))))
            (local.set $i (i32.load offset=4 (i32.load (global.get $data))))
            (local.set $at (i32.load offset=8 (i32.load (global.get $data))))))
          (block $suspended
            (block $second
              (br_if $second (i32.eq (local.get $at) (i32.const 1)))
              (loop $more
                (local.set $r (call $inner (local.get $i)))
                (br_if $suspended (i32.eq (global.get $state) (i32.const 1)))
                (br_if $more
                  (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                    (i32.const 6)))))
            (local.set $at (i32.const 1))
            (local.set $r (call $inner (i32.const 5)))
            (br_if $suspended (i32.eq (global.get $state) (i32.const 1)))
            (return (i32.add (local.get $r) (local.get $n))))
          (i32.store (i32.load (global.get $data)) (local.get $n))
          (i32.store offset=4 (i32.load (global.get $data)) (local.get $i))
          (i32.store offset=8 (i32.load (global.get $data)) (local.get $at))
          (i32.store (global.get $data) (i32.add (i32.load (global.get $data)) (i32.const 12)))
          (i32.const 0))
        (func (export "idle"))
      """
          + Fixtures.CONTROLS
          + ")";

  private static final byte[] BEFORE = Fixtures.assemble(ORIGINAL);

  private static Reproduction reproduction(String output) throws LoadException {
    return Reproduction.of(Subject.foreign(BEFORE, Fixtures.assemble(output)));
  }

  @Test
  void rightOutputIsVerifiedByForcedCallsAlone() {
    Verification verification = Fixtures.verify(BEFORE, Fixtures.assemble(TRANSFORMED));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().hostCalls()).isZero();
    assertThat(verification.coverage().ladders()).isEqualTo(new Coverage.Ladders(0, 2, 0, 0));
    assertThat(verification.reason()).isEqualTo("by programs only: 2 of 2 sites were suspended");
  }

  /** What is lost is right by chance at one arrival: at the first, or at the second. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (local.set $i (i32.load | (drop (i32.load | 0
          (i32.store offset=4 (i32.load (global.get $data)) (local.get $i)) | (i32.store offset=4 (i32.load (global.get $data)) (i32.const 1)) | 1
          """)
  void oneForcedSuspensionIsLeft(String from, String to, int harmless) throws LoadException {
    assertThat(TRANSFORMED).contains(from);
    String faulty = TRANSFORMED.replace(from, to);

    Verification verification = Fixtures.verify(BEFORE, Fixtures.assemble(faulty));
    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason())
        .contains("(schedule: calls that are made to suspend; seed 1)");
    Reproducer found = reproduction(faulty).find(Fixtures.OPTIONS).orElseThrow();

    assertThat(found.calls()).hasSize(1);
    assertThat(found.suspensions()).isEmpty();
    assertThat(found.forced()).hasSize(1);
    assertThat(found.forced().get(0).call()).isZero();
    assertThat(found.forced().get(0).arrival()).isBetween(0, 5).isNotEqualTo(harmless);
    assertThat(found.sites()).containsExactly(found.forced().get(0).site());
    assertThat(reproduction(faulty).replay(found, event -> {}))
        .isNotEmpty()
        .isEqualTo(found.difference());
    assertThat(reproduction(TRANSFORMED).replay(found, event -> {})).isEmpty();
    assertThat(reproduction(faulty).find(Fixtures.OPTIONS)).contains(found);
  }

  @Test
  void replayTellsWhereOriginalAndOutputPart() throws LoadException {
    String faulty = TRANSFORMED.replace("(local.set $i (i32.load", "(drop (i32.load");
    Reproducer found = reproduction(faulty).find(Fixtures.OPTIONS).orElseThrow();
    List<ReplayEvent> events = new ArrayList<>();

    reproduction(faulty).replay(found, events::add);

    assertThat(events.stream().map(event -> event.getClass().getSimpleName()))
        .containsExactly(
            "Called",
            "Ended", // the instance
            "Called",
            "Forced",
            "Unwinding",
            "Unwound",
            "Rewinding",
            "Resumed",
            "Ended",
            "Parted");
    ReplayEvent.Forced forced = (ReplayEvent.Forced) events.get(3);
    assertThat(forced.arrival()).isPositive();
    // it begins to count again: the loop is not left after six calls
    ReplayEvent.Parted parted = (ReplayEvent.Parted) events.get(9);
    assertThat(parted.same()).isEqualTo(6);
    assertThat(parted.output()).isEqualTo(forced.site());
    assertThat(parted.original()).isNotNull().isNotEqualTo(forced.site());
  }

  /** Frames would find this one as well: programs are run by themselves here. */
  @Test
  void ofOurOutputItIsFoundToo() throws LoadException {
    Transformed made = Asyncify.transformMapped(BEFORE, AsyncifyOptions.defaults());
    byte[] faulty = made.bytes().clone();
    Module module = Module.read(faulty);
    CodeReader code =
        new CodeReader(faulty, new BodyTyper(module).begin(1), module.bodyEnd(1)); // of work
    while (code.next() != Opcodes.LOCAL_SET) {}
    faulty[code.start()] = Opcodes.DROP; // what comes out of the frame
    faulty[code.start() + 1] = Opcodes.NOP;
    Subject subject = new Subject(BEFORE, faulty, made.sites(), made.map());

    Reproducer found = Reproduction.of(subject).find(Fixtures.OPTIONS).orElseThrow();

    assertThat(found.schedule()).isEqualTo("calls that are made to suspend");
    assertThat(found.calls()).hasSize(1);
    assertThat(found.forced()).isNotEmpty();
    assertThat(Reproduction.of(subject).replay(found, event -> {})).isEqualTo(found.difference());
    Subject good = Subject.of(BEFORE, made);
    assertThat(Reproduction.of(good).replay(found, event -> {})).isEmpty();
  }
}
