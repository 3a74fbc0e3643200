package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.text.WatReader;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Memories of a pool are as new ones, whatever was written into their arrays before. */
final class MemoryPoolTest {
  private static final String MODULE =
      """
      (module (memory (export "m") 2 20) (data (i32.const 100000) "data")
        (func (export "store") (param i32) (i64.store (local.get 0) (i64.const -1)))
        (func (export "grow") (result i32) (memory.grow (i32.const 3))))
      """;

  private final MemoryPool pool = new MemoryPool();
  private final Random random = new Random(1);

  @Test
  void whatOthersWroteIsNotThere() throws LinkException {
    WasmModule module = WasmModule.parse(WatReader.assemble(MODULE));
    byte[] first = null;
    boolean reused = false;
    for (int i = 0; i < 100; i++) {
      Store store = new Store(StoreLimits.defaults(), pool);
      Instance instance = Instance.instantiate(store, module, Imports.none());
      WasmMemory memory = instance.memory(0);
      first = first == null ? memory.array() : first;
      reused |= i > 0 && memory.array() == first;

      assertContent(memory);
      use(instance);
      while (random.nextInt(3) == 0 && memory.size() < 20 << 16) {
        int size = memory.size();
        instance.call("grow");
        byte[] added = memory.read(size, memory.size() - size);
        assertThat(added).containsOnly(0);
        use(instance);
      }
      store.release();
      assertThat(memory.size()).isZero();
    }
    assertThat(reused).isTrue();
  }

  private void use(Instance instance) {
    WasmMemory memory = instance.memory(0);
    for (int j = random.nextInt(9); j > 0; j--) {
      instance.call("store", random.nextInt(memory.size() - 8));
      memory.write(random.nextInt(memory.size() - 3), new byte[] {1, 2, 3});
      if (random.nextInt(4) == 0) {
        memory.takeWritten((from, to) -> {});
      }
    }
  }

  private static void assertContent(WasmMemory memory) {
    byte[] expected = new byte[2 << 16];
    System.arraycopy(new byte[] {'d', 'a', 't', 'a'}, 0, expected, 100_000, 4);
    assertThat(memory.read(0, memory.size())).isEqualTo(expected);
  }

  @Test
  void growingKeepsWhatWasWritten() throws LinkException {
    Store store = new Store(StoreLimits.defaults(), pool);
    Instance instance =
        Instance.instantiate(store, WasmModule.parse(WatReader.assemble(MODULE)), Imports.none());
    byte[] before = new byte[2 << 16];
    random.nextBytes(before);
    instance.memory(0).write(0, before);
    instance.call("grow");

    assertThat(instance.memory(0).read(0, before.length)).isEqualTo(before);
    assertThat(pool.take(before.length)).hasSize(before.length).containsOnly(0);
  }
}
