package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Sharing;
import dev.bysync.wasm.text.WatReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A memory tells of every byte that was written, and of few others. */
final class WrittenTest {
  private static final int BLOCK = 1 << WasmMemory.BLOCK_LOG2;

  /** A range that was told of. */
  private record Range(long from, long to) {}

  private static List<Range> take(WasmMemory memory) {
    List<Range> ranges = new ArrayList<>();
    memory.takeWritten((from, to) -> ranges.add(new Range(from, to)));
    return ranges;
  }

  private static Instance instance(String module) throws LinkException {
    return Instance.instantiate(
        WasmModule.parse(WatReader.assemble(module)), Imports.none(), StoreLimits.defaults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(i32.store8 (local.get $a) (local.get $x))",
        "(i32.store16 (local.get $a) (local.get $x))",
        "(i32.store (local.get $a) (local.get $x))",
        "(i64.store (local.get $a) (i64.const -2))",
        "(i32.store offset=300000 (i32.sub (local.get $a) (i32.const 300000)) (local.get $x))",
        "(f64.store (local.get $a) (f64.const 1.1))",
        "(v128.store (local.get $a) (v128.const i64x2 -1 -1))",
        "(v128.store8_lane 0 (local.get $a) (v128.const i64x2 -1 -1))",
        "(v128.store64_lane 1 (local.get $a) (v128.const i64x2 -1 -1))",
        "(i32.store8 1 (local.get $a) (local.get $x))",
        "(i64.store 1 (local.get $a) (i64.const -2))",
        "(v128.store 1 (local.get $a) (v128.const i64x2 -1 -1))",
        "(i64.store 2 (i64.extend_i32_u (local.get $a)) (i64.const -2))",
        "(memory.fill (local.get $a) (i32.const 7) (i32.const 5000))",
        "(memory.copy (local.get $a) (i32.const 0) (i32.const 5000))",
        "(memory.copy 1 0 (local.get $a) (i32.const 0) (i32.const 20))",
        "(memory.init $d (local.get $a) (i32.const 0) (i32.const 9))",
        "(i64.atomic.store (i32.and (local.get $a) (i32.const -8)) (i64.const -2))",
        "(drop (i32.atomic.rmw8.xor_u (local.get $a) (local.get $x)))",
        "(drop (i32.atomic.rmw8.cmpxchg_u (local.get $a) (i32.const 170) (local.get $x)))",
      })
  void everyByteThatChangesIsTold(String store) throws LinkException {
    Instance instance =
        instance(
            """
            (module (memory 8) (memory 8) (memory i64 8) (data $d "123456789")
              (func (export "f") (param $a i32) (param $x i32) %s))
            """
                .formatted(store));
    for (int memory = 0; memory < 3; memory++) {
      byte[] some = new byte[8 << 16];
      Arrays.fill(some, (byte) 0xAA);
      Arrays.fill(some, 0, 6000, (byte) 0x55);
      instance.memory(memory).write(0, some);
      take(instance.memory(memory));
    }
    int changed = 0;
    for (int at = 100 * BLOCK - 17; at < 100 * BLOCK + 2; at++) {
      List<byte[]> before = new ArrayList<>();
      for (int memory = 0; memory < 3; memory++) {
        before.add(instance.memory(memory).read(0, 8 << 16));
      }

      instance.call("f", at, at);

      for (int memory = 0; memory < 3; memory++) {
        byte[] after = instance.memory(memory).read(0, 8 << 16);
        List<Range> told = take(instance.memory(memory));
        for (int i = 0; i < after.length; i++) {
          int place = i;
          if (before.get(memory)[i] != after[i]) {
            changed++;
            assertThat(told).anyMatch(range -> range.from() <= place && place < range.to());
          }
        }
        assertThat(told.stream().mapToLong(range -> range.to() - range.from()).sum())
            .isLessThan(4 * BLOCK);
      }
      assertThat(take(instance.memory(0))).isEmpty();
    }
    assertThat(changed).isPositive();
  }

  @Test
  void aFreshMemoryTellsOfItsDataOnly() throws LinkException {
    Instance instance =
        instance(
            "(module (memory 100) (data (i32.const 70000) \"abc\") (data (i32.const 9) \"\"))");

    assertThat(take(instance.memory(0))).containsExactly(new Range(17L * BLOCK, 18L * BLOCK + 7));
  }

  @Test
  void whatTheHostWritesIsTold() {
    WasmMemory memory = memory();
    memory.write(2 * BLOCK - 1, new byte[BLOCK + 2]);
    memory.write(16 * BLOCK - 1, new byte[1]);
    memory.write(8 * BLOCK, new byte[0]);

    assertThat(take(memory))
        .containsExactly(new Range(BLOCK, 4L * BLOCK + 7), new Range(15L * BLOCK, 16L * BLOCK));
  }

  @Test
  void marksGrowWithTheMemory() throws LinkException {
    Instance instance =
        instance(
            """
            (module (memory 1)
              (func (export "f") (drop (memory.grow (i32.const 3)))
                (i32.store (i32.const 0x3FFFC) (i32.const 1))))
            """);
    instance.call("f");

    assertThat(take(instance.memory(0))).containsExactly(new Range(63L * BLOCK, 64L * BLOCK));
  }

  private static WasmMemory memory() {
    return WasmMemory.of(new Store(), Address.I32, Sharing.UNSHARED, 1, -1);
  }
}
