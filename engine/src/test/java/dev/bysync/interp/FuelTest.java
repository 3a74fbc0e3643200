package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fuel is the number of instructions, however they are compiled. */
final class FuelTest {
  private static final String MODULE =
      """
      (module
        (memory 1)
        (tag $e (param i32))
        (type $t (func (param i32) (result i32)))
        (table funcref (elem $even $odd))
        (func $even (export "even") (param i32) (result i32)
          (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
            (else (return_call $odd (i32.sub (local.get 0) (i32.const 1))))))
        (func $odd (export "odd") (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
          (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))
        (func (export "loops") (param i32) (result i32) (local $i i32) (local $sum i32)
          (loop $outer
            (local.set $i (i32.const 0))
            (block $done
              (loop $inner
                (br_if $done (i32.ge_u (local.get $i) (local.get 0)))
                (block $b (block $a
                  (br_table $a $b $a (i32.and (local.get $i) (i32.const 3))))
                  (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $i)))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (i32.store8 (local.get $i) (local.get $sum))
                (br $inner)))
            (br_if $outer (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (local.get $sum))
        (func $thrower (param i32)
          (if (i32.and (local.get 0) (i32.const 1)) (then (throw $e (local.get 0)))))
        (func (export "throws") (param i32) (result i32) (local $sum i32)
          (loop $l
            (block $next
              (local.set $sum (i32.add (local.get $sum)
                (block $caught (result i32)
                  (try_table (catch $e $caught) (call $thrower (local.get 0)))
                  (br $next)))))
            (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (local.get $sum))
        (func (export "traps") (param i32) (result i32)
          (drop (i32.add (local.get 0) (i32.const 5)))
          (if (i32.lt_s (local.get 0) (i32.const 100))
            (then (local.set 0 (i32.div_u (local.get 0) (i32.const 0)))))
          (local.get 0))
        ;; branches to where a return follows: of a value, of another one, of none
        (func (export "value") (param i32) (result i32)
          (block $b (result i32)
            (if (i32.and (local.get 0) (i32.const 1)) (then (br $b (local.get 0))))
            (if (result i32) (i32.and (local.get 0) (i32.const 2))
              (then (i32.mul (local.get 0) (i32.const 10)))
              (else (br $b (i32.const 77))))))
        (func (export "other") (param i32) (result i32) (local i32)
          (i32.add (local.get 0) (i32.const 100))
          (drop (if (result i32) (i32.and (local.get 0) (i32.const 1))
            (then (local.set 0 (i32.const 5)) (local.get 0))
            (else (local.get 1)))))
        (func $none (param i32)
          (block $b
            (block $a (br_table $a $b (local.get 0)))
            (if (i32.load8_u (i32.const 0)) (then (i32.store8 (i32.const 0) (i32.const 0)) (br $b)))
            (i32.store8 (i32.const 0) (i32.const 1))))
        (func (export "none") (param i32) (result i32)
          (call $none (local.get 0)) (call $none (i32.const 0)) (call $none (i32.const 0))
          (i32.load8_u (i32.const 0))))
      """;

  private final Store store = new Store();
  private final Instance instance;
  private long watched;

  FuelTest() throws LinkException {
    WasmModule module = WasmModule.parse(WatReader.assemble(MODULE));
    instance = Instance.instantiate(store, module, Imports.none());
  }

  @ParameterizedTest
  @CsvSource({
    "value, 1, 1",
    "value, 2, 20",
    "value, 4, 77",
    "other, 1, 101",
    "other, 2, 102",
    "none, 0, 1",
    "none, 1, 0"
  })
  void branchesThatReturnDoSoWithTheirValue(String export, int argument, int expected) {
    assertThat(instance.call(export, argument)).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "even, 11",
    "odd, 12",
    "loops, 20",
    "traps, 100",
    "value, 1",
    "value, 2",
    "value, 4",
    "other, 1",
    "other, 2",
    "none, 3"
  })
  void everyInstructionCostsOne(String export, int argument) {
    long before = store.fuelUsed();
    Object[] results = instance.call(export, argument);
    long used = store.fuelUsed() - before;
    store.watch((function, offset) -> watched++);

    assertThat(instance.call(export, argument)).isEqualTo(results);

    assertThat(used).isEqualTo(watched);
    assertThat(store.fuelUsed()).isEqualTo(before + 2 * used);
  }

  @Test
  void anExceptionCostsAUnitForEveryHandlerAndFrameThatItPasses() {
    long before = store.fuelUsed();
    instance.call("throws", 9);
    long used = store.fuelUsed() - before;
    store.watch((function, offset) -> watched++);
    instance.call("throws", 9);

    long thrown = 5;
    assertThat(used).isEqualTo(watched + 2 * thrown);
  }

  @Test
  void whatWasExecutedBeforeATrapIsCounted() {
    long before = store.fuelUsed();
    assertThatThrownBy(() -> instance.call("traps", 1)).hasMessageContaining("divide by zero");
    long used = store.fuelUsed() - before;
    store.watch((function, offset) -> watched++);
    assertThatThrownBy(() -> instance.call("traps", 1)).isInstanceOf(Trap.class);

    assertThat(used).isEqualTo(watched);
  }

  @Test
  void runningOutEndsTheCallAndLaterCallsCanBeAllowedMore() {
    store.allowFuel(50);
    assertThatThrownBy(() -> instance.call("loops", 20))
        .isInstanceOfSatisfying(
            Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.FUEL));
    store.allowFuel(1_000_000);

    assertThat(instance.call("even", 4)).containsExactly(1);
  }

  @Test
  void aCancelledCallEnds() {
    store.cancel();

    assertThatThrownBy(() -> instance.call("loops", 20))
        .isInstanceOfSatisfying(
            Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.CANCELLED));
  }
}
