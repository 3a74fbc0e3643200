package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.text.WatReader;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a store's limits do, and how a call is cancelled. */
final class LimitsTest {
  private static final StoreLimits FEW =
      StoreLimits.defaults().withMemoryPages(10).withTableElements(100).withHeapBytes(1 << 16);

  private static Instance instance(StoreLimits limits, String wat) throws LinkException {
    return Instance.instantiate(WasmModule.parse(WatReader.assemble(wat)), Imports.none(), limits);
  }

  private static void assertRefused(ThrowingCallable making) {
    assertThatThrownBy(making)
        .isInstanceOfSatisfying(
            WasmException.class, e -> assertThat(e.failure()).isEqualTo(Failure.LIMIT));
  }

  private static void assertTraps(Trap.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Trap.class, trap -> assertThat(trap.kind()).isEqualTo(kind));
  }

  @Test
  void memoriesAndTablesThatAreTooLargeAreNotMade() {
    assertRefused(() -> instance(FEW, "(module (memory 11))"));
    assertRefused(() -> instance(FEW, "(module (memory 6) (memory 5))"));
    assertRefused(() -> instance(FEW, "(module (memory i64 0x1000000000000))"));
    assertRefused(() -> instance(FEW, "(module (table 101 funcref))"));
    assertRefused(() -> instance(FEW, "(module (table 4000000000 funcref))"));
  }

  @Test
  void whatCanNotGrowSaysSo() throws LinkException {
    Instance instance =
        instance(
            FEW,
            """
            (module (memory 9) (table 90 95 funcref) (table 5 externref)
              (func (export "memory") (param i32) (result i32) (memory.grow (local.get 0)))
              (func (export "table") (param i32) (result i32)
                (table.grow 0 (ref.null func) (local.get 0)))
              (func (export "other") (param i32) (result i32)
                (table.grow 1 (ref.null extern) (local.get 0))))
            """);

    assertThat(instance.call("memory", 2)).containsExactly(-1);
    assertThat(instance.call("memory", -1)).containsExactly(-1);
    assertThat(instance.call("memory", 1)).containsExactly(9);
    assertThat(instance.call("table", 6)).containsExactly(-1);
    assertThat(instance.call("table", -1)).containsExactly(-1);
    assertThat(instance.call("other", 6)).containsExactly(-1);
    assertThat(instance.call("table", 5)).containsExactly(90);
    assertThat(instance.call("other", 1)).containsExactly(-1);
  }

  @Test
  void structuresAndFramesAreLimited() throws LinkException {
    Instance instance =
        instance(
            FEW,
            """
            (module (type $a (array i64))
              (func (export "array") (param i32) (result i32)
                (array.len (array.new_default $a (local.get 0))))
              (func $deep (export "deep") (call $deep)))
            """);

    assertThat(instance.call("array", 100)).containsExactly(100);
    assertTraps(Trap.Kind.LIMIT, () -> instance.call("array", 1 << 13));
    assertTraps(Trap.Kind.LIMIT, () -> instance.call("array", -1));
    assertTraps(Trap.Kind.DEPTH, () -> instance.call("deep"));
  }

  /** Loops and calls that never end, ended by another thread while they run. */
  @Test
  void anotherThreadCanCancel() throws LinkException {
    WasmModule module =
        WasmModule.parse(
            WatReader.assemble(
                """
                (module (import "env" "begun" (func $begun))
                  (func (export "loop") (call $begun) (loop (br 0)))
                  (func (export "calls") (call $begun) (return_call $on))
                  (func $on (return_call $on)))
                """));
    for (String export : new String[] {"loop", "calls"}) {
      Store store = new Store();
      Thread other = new Thread(store::cancel);
      Imports imports =
          Imports.builder().function("env", "begun", (slots, refs) -> other.start()).build();
      Instance instance = Instance.instantiate(store, module, imports);

      assertTraps(Trap.Kind.CANCELLED, () -> instance.call(export));
    }
  }
}
