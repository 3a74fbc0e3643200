package dev.bysync.verify.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.MachineContract;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.ValueKind;
import dev.bysync.wasm.text.WatReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InterpreterMachineTest extends MachineContract {
  private static final int I32_CONST = 0x41;
  private static final int DROP = 0x1A;
  private static final int LOCAL_GET = 0x20;
  private static final int I32_ADD = 0x6A;
  private static final int I32_MUL = 0x6C;

  @Override
  protected MachineFactory machines() {
    return new InterpreterFactory();
  }

  @Test
  void watchReportsByteOffsetsInTheModule() throws LoadException {
    byte[] module =
        WatReader.assemble("(module (func) (func (export \"f\") (drop (i32.const 300))))");
    Machine machine = instantiate(module);
    List<Integer> opcodes = new ArrayList<>();
    machine.watch(offset -> opcodes.add((int) module[offset]));

    machine.call("f", new long[0]);

    assertThat(opcodes).containsExactly(I32_CONST, DROP);
  }

  @Test
  void fuelIsTheNumberOfInstructionsAndLengthOfBulkOperations() throws LoadException {
    Machine machine =
        instantiate(
            WatReader.assemble(
                """
                (module (memory 1)
                  (func (export "few") (drop (i32.const 1)))
                  (func (export "bulk")
                    (memory.fill (i32.const 0) (i32.const 1) (i32.const 6400))))
                """));

    assertThat(fuel(machine, "few")).isEqualTo(2);
    assertThat(fuel(machine, "bulk")).isEqualTo(4 + 100);
  }

  private static long fuel(Machine machine, String export) {
    long before = machine.fuelUsed();
    machine.call(export, new long[0]);
    return machine.fuelUsed() - before;
  }

  @Test
  void functionsThatAreUnderWayAreWatchedToo() throws LoadException {
    byte[] module =
        WatReader.assemble(
            """
            (module (import "e" "watch" (func $watch))
              (func (export "f") (param $x i32) (result i32)
                (i32.add (local.get $x) (call $g (i32.const 7))))
              (func $g (param $y i32) (result i32)
                (call $watch) (i32.mul (local.get $y) (i32.const 3))))
            """);
    List<Integer> opcodes = new ArrayList<>();
    Watcher watcher = new Watcher(offset -> opcodes.add(module[offset] & 0xFF));
    Machine machine = machines().load(module).instantiate(watcher, 1000).machine();

    Outcome outcome = machine.call("f", new long[] {100});

    assertThat(((Outcome.Returned) outcome).results()).containsExactly(121);
    assertThat(opcodes).containsExactly(LOCAL_GET, I32_CONST, I32_MUL, I32_ADD);
    assertThat(machine.fuelUsed()).isEqualTo(8);
  }

  /** Begins to watch when it is called. */
  private static final class Watcher implements Host {
    private final IntConsumer offsets;
    private @Nullable Machine machine;

    private Watcher(IntConsumer offsets) {
      this.offsets = offsets;
    }

    @Override
    public void attach(Machine attached) {
      machine = attached;
    }

    @Override
    public long[] call(Shape.ImportedFunction function, long[] args) {
      Objects.requireNonNull(machine).watch(offsets);
      return new long[0];
    }

    @Override
    public long global(String module, String name, ValueKind kind) {
      return 0;
    }
  }
}
