package dev.bysync.verify.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every machine does. */
public abstract class MachineContract {
  protected abstract MachineFactory machines();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (unreachable)                                                   | UNREACHABLE
          (drop (i32.load (i32.const -4)))                                | MEMORY_BOUNDS
          (drop (i32.div_u (i32.const 1) (i32.const 0)))                  | DIVIDE_BY_ZERO
          (drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))        | INTEGER_OVERFLOW
          (drop (i32.trunc_f32_s (f32.const nan)))                        | INVALID_CONVERSION
          (call_indirect (i32.const 0))                                   | UNDEFINED_ELEMENT
          (call_indirect (i32.const 99))                                  | UNDEFINED_ELEMENT
          (call_indirect (param i64) (i64.const 0) (i32.const 1))         | INDIRECT_CALL_TYPE
          (drop (table.get (i32.const 99)))                               | TABLE_BOUNDS
          (memory.fill (i32.const 65000) (i32.const 0) (i32.const 65000)) | MEMORY_BOUNDS
          (call $g)                                                       | DEPTH
          (loop $l (br $l))                                               | FUEL
          (call $stop)                                                    | ABORT
          """)
  void trapsAreToldApart(String code, TrapKind expected) throws LoadException {
    String fields =
        "(import \"e\" \"stop\" (func $stop)) (memory 1) (table 4 funcref) (elem (i32.const 1) $g)"
            + "(func $g (export \"g\") %s)";
    Machine machine = instantiate(WatReader.assemble("(module " + fields.formatted(code) + ")"));

    Outcome outcome = machine.call("g", new long[0]);

    assertThat(outcome).isInstanceOf(Outcome.Trapped.class);
    assertThat(((Outcome.Trapped) outcome).kind()).as("%s", outcome).isEqualTo(expected);
  }

  @Test
  void instancesOfOneProgramShareNothing() throws LoadException {
    Program program =
        machines()
            .load(
                WatReader.assemble(
                    """
                    (module (memory 1) (table (export "t") 1 5 funcref) (data $d "x")
                      (func (export "f") (result i32)
                        (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))
                        (data.drop $d)
                        (table.grow (ref.null func) (i32.const 4))))
                    """));

    for (int i = 0; i < 3; i++) {
      Machine machine = program.instantiate(new Stub(), 1000).machine();
      Outcome outcome = machine.call("f", new long[0]);

      assertThat(((Outcome.Returned) outcome).results()).containsExactly(1);
      assertThat(machine.read(0, 0, 1)).containsExactly('x');
    }
  }

  @Test
  void vectorsAndReferencesCrossTheBorder() throws LoadException {
    Machine machine =
        instantiate(
            WatReader.assemble(
                """
                (module
                  (func (export "v") (param v128 i32) (result i32 v128)
                    (local.get 1) (local.get 0))
                  (func (export "r") (param externref) (result externref) (local.get 0)))
                """));

    assertThat(results(machine.call("v", new long[] {1, 2, 3}))).containsExactly(3, 1, 2);
    assertThat(results(machine.call("r", new long[] {-1}))).containsExactly(-1);
  }

  private static long[] results(Outcome outcome) {
    return ((Outcome.Returned) outcome).results();
  }

  protected final Machine instantiate(byte[] module) throws LoadException {
    return machines().load(module).instantiate(new Stub(), 100_000).machine();
  }

  private static final class Stub implements Host {
    @Override
    public void attach(Machine machine) {}

    @Override
    public long[] call(Shape.ImportedFunction function, long[] args) {
      if (function.name().equals("stop")) {
        throw new HostStop(TrapKind.ABORT, "stop");
      }
      return new long[Signature.slots(function.signature().results())];
    }

    @Override
    public long global(String module, String name, ValueKind kind) {
      return 0;
    }
  }
}
