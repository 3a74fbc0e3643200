package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An asyncify stack that is too small for a frame: the function traps, {@code pos} is where the
 * frame would have ended, past {@code end}, so that a host learns what is missing and the control
 * functions trap from then on, and no other byte is written.
 */
final class StackOverflowTest {
  private static final int STRUCTURE = 4096;
  private static final int STACK = STRUCTURE + 8;
  private static final int PLENTY = 4096;

  /** Locals of all types; they are read after the call, so that a frame takes several pushes. */
  private static final String LOCALS =
      """
      (local $a i32) (local $b i32) (local $c i32) (local $d i64) (local $e f32) (local $f f64)
      (local $g v128) (local $i i32)
      """;

  private static final String WRITE =
      """
      (local.set $a (i32.load (i32.const 0))) (local.set $b (i32.load (i32.const 4)))
      (local.set $c (i32.load (i32.const 8))) (local.set $d (i64.load (i32.const 16)))
      (local.set $e (f32.load (i32.const 24))) (local.set $f (f64.load (i32.const 32)))
      (local.set $g (v128.load (i32.const 48)))
      """;

  private static final String READ =
      """
      (i32.store (i32.const 0) (local.get $a)) (i32.store (i32.const 4) (local.get $b))
      (i32.store (i32.const 8) (local.get $c)) (i64.store (i32.const 16) (local.get $d))
      (f32.store (i32.const 24) (local.get $e)) (f64.store (i32.const 32) (local.get $f))
      (v128.store (i32.const 48) (local.get $g))
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        // one site, with one value and with many
        "(local.set $a (i32.load (i32.const 0))) (call $f) (i32.store (i32.const 0) (local.get $a))",
        WRITE + "(call $f)" + READ,
        // two sites: the frame has their number
        WRITE + "(call $f)" + READ + WRITE + "(call $g)" + READ,
        // a loop, whose locals are pushed behind the site's own
        WRITE
            + "(loop $l (local.set $c (i32.load (i32.const 12))) (call $f)"
            + " (i32.store (i32.const 12) (local.get $c))"
            + " (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
            + " (local.get $a))) (call $g))"
            + READ,
        // nothing of the site's own: the frame starts with the loop's locals
        WRITE + "(loop $l (call $f) (call $g) (br_if $l (i32.load (i32.const 12))))" + READ,
      })
  void nothingIsWrittenOfAFrameThatDoesNotFit(String code) throws LoadException {
    byte[] original =
        Pairs.assemble(
            """
            (import "e" "f" (func $f)) (import "e" "g" (func $g)) (memory (export "memory") 1)
            (func (export "run") %s %s)
            """
                .formatted(LOCALS, code));
    for (int splitAbove : new int[] {0, Integer.MAX_VALUE}) {
      Transformed transformed =
          Asyncify.transform(original, AsyncifyOptions.defaults().withSplitAbove(splitAbove));
      byte[] module = transformed.bytes();
      Run whole = Run.of(module, PLENTY);
      assertThat(whole.outcome).isInstanceOf(Outcome.Returned.class);
      int frame = whole.position() - STACK;
      assertThat(frame).isPositive().isEqualTo(transformed.sites().frameBytes(0));
      assertThat(Run.of(module, frame).outcome).isInstanceOf(Outcome.Returned.class);
      for (int size = 0; size < frame; size++) {
        Run.of(module, size).assertOverflow(STACK + frame);
      }
      // there is no address where the frame would end
      new Run(module, -3, -2).assertOverflow(-1);
    }
  }

  /** Binaryen's own test reads both as signed numbers. */
  @Test
  void positionIsPastTheEndForThoseWhoReadSignedNumbers() throws LoadException {
    byte[] module =
        Pairs.transform(
                Pairs.assemble(
                    """
                    (import "e" "f" (func $f)) (memory (export "memory") 1)
                    (func (export "run") (local $a i32)
                      (local.set $a (i32.load (i32.const 0))) (call $f)
                      (i32.store (i32.const 0) (local.get $a)))
                    """))
            .bytes();

    Run run = Run.of(module, 0);

    assertThat(run.outcome).isInstanceOf(Outcome.Trapped.class);
    assertThat(run.position()).isGreaterThan(STACK); // what end says
  }

  /** One suspension in a stack of the given size. */
  private static final class Run implements Host {
    private final Outcome outcome;
    private final byte[] before;
    private final byte[] after;
    private @Nullable Machine machine;

    private Run(byte[] module, int position, int end) throws LoadException {
      machine = new EndiveFactory().load(module).instantiate(this, 1_000_000).machine();
      byte[] memory = new byte[65536];
      Arrays.fill(memory, (byte) 0xA5);
      ByteBuffer.wrap(memory)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(STRUCTURE, position)
          .putInt(STRUCTURE + 4, end);
      machine.write(0, 0, memory);
      before = memory;
      outcome = machine.call("run", new long[0]);
      after = machine.read(0, 0, 65536);
    }

    static Run of(byte[] module, int size) throws LoadException {
      return new Run(module, STACK, STACK + size);
    }

    private Machine machine() {
      return Objects.requireNonNull(machine);
    }

    int position() {
      return ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN).getInt(STRUCTURE);
    }

    void assertOverflow(int position) {
      assertThat(outcome).isInstanceOf(Outcome.Trapped.class);
      assertThat(((Outcome.Trapped) outcome).kind()).isEqualTo(TrapKind.UNREACHABLE);
      byte[] unwritten = before.clone();
      ByteBuffer.wrap(unwritten).order(ByteOrder.LITTLE_ENDIAN).putInt(STRUCTURE, position);
      assertThat(after).isEqualTo(unwritten);
      for (String control : new String[] {"stop_unwind", "stop_rewind"}) {
        assertThat(machine().call("asyncify_" + control, new long[0]))
            .isInstanceOf(Outcome.Trapped.class);
      }
    }

    @Override
    public void attach(Machine attached) {
      machine = attached;
    }

    @Override
    public long[] call(Shape.ImportedFunction function, long[] args) {
      machine().call("asyncify_start_unwind", new long[] {STRUCTURE});
      return new long[0];
    }

    @Override
    public long global(String module, String name, ValueKind kind) {
      return 0;
    }
  }
}
