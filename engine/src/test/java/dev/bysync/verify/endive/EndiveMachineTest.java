package dev.bysync.verify.endive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.MachineContract;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.wasm.text.WatReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EndiveMachineTest extends MachineContract {
  private static final int I32_CONST = 0x41;
  private static final int DROP = 0x1A;
  private static final int END = 0x0B;

  @Override
  protected MachineFactory machines() {
    return new EndiveFactory();
  }

  @Test
  void watchReportsByteOffsetsInTheModule() throws LoadException {
    byte[] module =
        WatReader.assemble("(module (func) (func (export \"f\") (drop (i32.const 300))))");
    Machine machine = instantiate(module);
    List<Integer> opcodes = new ArrayList<>();
    machine.watch(offset -> opcodes.add((int) module[offset]));

    machine.call("f", new long[0]);

    assertThat(opcodes).containsExactly(I32_CONST, DROP, END);
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

    assertThat(fuel(machine, "few")).isEqualTo(3);
    assertThat(fuel(machine, "bulk")).isEqualTo(5 + 100);
  }

  private static long fuel(Machine machine, String export) {
    long before = machine.fuelUsed();
    machine.call(export, new long[0]);
    return machine.fuelUsed() - before;
  }
}
