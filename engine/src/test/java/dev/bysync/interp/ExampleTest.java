package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.text.WatReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the package's documentation. */
final class ExampleTest {
  @Test
  void theDocumentationIsRight() throws LinkException {
    byte[] bytes =
        WatReader.assemble(
            """
            (module (import "env" "log" (func $log (param i32)))
              (func (export "add") (param i32 i32) (result i32)
                (call $log (local.get 0))
                (i32.add (local.get 0) (local.get 1))))
            """);
    List<Integer> logged = new ArrayList<>();

    WasmModule module = WasmModule.parse(bytes); // decoded and validated
    Store store = new Store(StoreLimits.defaults()); // limits, fuel, the call stack
    Imports imports =
        Imports.builder()
            .function("env", "log", (slots, refs) -> logged.add((int) slots[0]))
            .build();
    Instance instance = Instance.instantiate(store, module, imports);
    Object[] results = instance.call("add", 1, 2); // {3}
    store.allowFuel(1_000_000); // from now on; running out is a Trap of kind FUEL
    long executed = store.fuelUsed();

    assertThat(results).containsExactly(3);
    assertThat(logged).containsExactly(1);
    assertThat(executed).isEqualTo(5);
  }
}
