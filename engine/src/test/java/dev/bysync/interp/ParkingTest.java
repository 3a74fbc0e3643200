package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.text.WatReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that are put aside by a function of the host go on as if nothing had happened. */
final class ParkingTest {
  private static final String MODULE =
      """
      (module
        (import "host" "wait" (func $wait (param i32) (result i32)))
        (tag $error (param i32))
        (global $calls (export "calls") (mut i32) (i32.const 0))
        (func $sum (export "sum") (param $n i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (if (result i32) (local.get $n)
            (then
              (i32.add (local.get $n) (call $sum (i32.sub (local.get $n) (i32.const 1)))))
            (else (call $wait (i32.const 100)))))
        (func (export "twice") (result i32)
          (i32.sub (call $wait (i32.const 1)) (call $wait (i32.const 2))))
        (func (export "caught") (result i32) (local $kept externref)
          (block $caught (result i32)
            (try_table (result i32) (catch $error $caught)
              (i32.add (i32.const 1000) (call $wait (i32.const 7))))))
        (func (export "throw") (throw $error (i32.const 55)))
        (export "wait" (func $wait))
        (export "error" (tag $error)))
      """;

  /** What the host does when it is called: parks, and answers when it is resumed. */
  private final Deque<Boolean> parks = new ArrayDeque<>();

  private final List<Integer> seen = new ArrayList<>();
  private @Nullable Instance instance;
  private @Nullable RuntimeException answer;

  @BeforeEach
  void instantiate() throws LinkException {
    WasmModule module = WasmModule.parse(WatReader.assemble(MODULE));
    instance =
        Instance.instantiate(
            new Store(StoreLimits.defaults()),
            module,
            Imports.builder().function("host", "wait", (slots, refs) -> wait(slots)).build());
  }

  private void wait(long[] slots) {
    seen.add((int) slots[0]);
    if (!parks.isEmpty() && parks.removeFirst()) {
      throw new Parking();
    }
    if (answer != null) {
      throw answer;
    }
    slots[0] = slots[0] * 10;
  }

  private Instance instance() {
    return Objects.requireNonNull(instance);
  }

  private Parking park(String export, long... args) {
    parks.add(true);
    long[] slots = args.length == 0 ? new long[1] : args;
    try {
      instance().function(export).invoke(slots, new Object[1]);
    } catch (Parking parking) {
      assertThat(parking.isParked()).isTrue();
      return parking;
    }
    throw new AssertionError("it did not park");
  }

  private static int resume(Parking parking) {
    long[] slots = new long[1];
    parking.resume(slots, new Object[1]);
    return (int) slots[0];
  }

  @Test
  void stacksGoOnInAnyOrder() {
    Parking first = park("sum", 3);
    Parking second = park("sum", 50);
    Parking third = park("twice");
    assertThat(instance().call("sum", 4)).containsExactly(1010);

    assertThat(resume(first)).isEqualTo(1006);
    assertThat(resume(third)).isEqualTo(-10);
    assertThat(resume(second)).isEqualTo(1000 + 51 * 25);
    assertThat(instance().call("sum", 1)).containsExactly(1001);
    assertThat(seen).containsExactly(100, 100, 1, 100, 100, 1, 2, 100, 100);
  }

  @Test
  void callsParkAgainAndAgain() {
    Parking call = park("twice");
    parks.add(true);
    assertThatThrownBy(() -> resume(call))
        .isInstanceOfSatisfying(
            Parking.class, again -> assertThat(resume(again)).isEqualTo(10 - 20));
    assertThat(seen).containsExactly(1, 1, 1, 2);
  }

  @Test
  void deepStacksArePutAsideWhole() {
    Parking deep = park("sum", 5_000);
    assertThat(instance().call("sum", 9_000)).containsExactly(1000 + 9_000 * 9_001 / 2);
    assertThat(resume(deep)).isEqualTo(1000 + 5_000 * 5_001 / 2);
  }

  @Test
  void whatTheHostThrowsOnResumingIsCaught() {
    Parking call = park("caught");
    WasmTag tag = (WasmTag) Objects.requireNonNull(instance().export("error"));
    answer = new WasmThrow(tag, new long[] {55}, new Object[1]);

    assertThat(resume(call)).isEqualTo(55);
  }

  @Test
  void trapOnResumingEndsTheCallAndLeavesTheStoreUsable() {
    Parking call = park("sum", 3);
    answer = new Trap(Trap.Kind.UNREACHABLE, "unreachable");
    assertThatThrownBy(() -> resume(call)).isInstanceOf(Trap.class);
    answer = null;

    assertThat(call.isParked()).isFalse();
    assertThatThrownBy(() -> resume(call)).isInstanceOf(IllegalStateException.class);
    assertThat(instance().call("sum", 4)).containsExactly(1010);
  }

  @Test
  void hostFunctionThatIsExportedParksToo() {
    Parking call = park("wait", 9);

    assertThat(resume(call)).isEqualTo(90);
  }

  @Test
  void watchedInBetweenMovesNothing() {
    List<Integer> offsets = new ArrayList<>();
    Parking first = park("sum", 3);
    instance().store().watch((function, offset) -> offsets.add(offset));
    Parking second = park("sum", 4);
    assertThat(resume(first)).isEqualTo(1006);
    instance().store().watch(null);

    assertThat(offsets).isNotEmpty();
    assertThat(resume(second)).isEqualTo(1010);
  }

  @Test
  void fuelIsCountedAcross() {
    long before = instance().store().fuelUsed();
    instance().call("sum", 10);
    long whole = instance().store().fuelUsed() - before;

    Parking call = park("sum", 10);
    resume(call);

    assertThat(instance().store().fuelUsed() - before).isEqualTo(2 * whole);
  }
}
