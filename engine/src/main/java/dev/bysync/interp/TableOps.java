package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module.Address;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Instructions on tables. */
final class TableOps {
  private final Machine machine;

  TableOps(Machine machine) {
    this.machine = machine;
  }

  private static long number(WasmTable table, long slot) {
    return table.address == Address.I32 ? slot & 0xFFFFFFFFL : slot;
  }

  private static int index(WasmTable table, long slot) {
    long index = number(table, slot);
    if (index < 0 || index >= table.size) {
      throw Traps.tableBounds();
    }
    return (int) index;
  }

  /** table.get, set, size, grow, fill, copy and init. */
  void execute(int opcode, Instance instance, int first, int second, int d, int a, int b) {
    long[] s = machine.slots;
    @Nullable Object[] r = machine.refs;
    switch (opcode) {
      case Opcodes.TABLE_GET -> {
        WasmTable table = instance.tables[first];
        r[d] = table.elements[index(table, s[a])];
      }
      case Opcodes.TABLE_SET -> {
        WasmTable table = instance.tables[first];
        table.elements[index(table, s[a])] = r[b];
      }
      case Opcodes.TABLE_SIZE -> s[d] = instance.tables[first].size;
      case Opcodes.TABLE_GROW -> {
        WasmTable table = instance.tables[first];
        long more = number(table, s[b]);
        if (more >= 0 && more <= machine.store.limits.tableElements()) {
          machine.charge(more);
        }
        s[d] = table.grow(more, r[a]);
      }
      case Opcodes.TABLE_FILL -> {
        WasmTable table = instance.tables[first];
        long at = number(table, s[a]);
        long count = number(table, s[a + 2]);
        check(table, at, count);
        machine.charge(count);
        Arrays.fill(table.elements, (int) at, (int) (at + count), r[a + 1]);
      }
      case Opcodes.TABLE_COPY -> {
        WasmTable target = instance.tables[first];
        WasmTable source = instance.tables[second];
        boolean wide = target.address == Address.I64 && source.address == Address.I64;
        long to = number(target, s[a]);
        long from = number(source, s[a + 1]);
        long count = wide ? s[a + 2] : s[a + 2] & 0xFFFFFFFFL;
        check(target, to, count);
        check(source, from, count);
        machine.charge(count);
        System.arraycopy(source.elements, (int) from, target.elements, (int) to, (int) count);
      }
      default -> {
        WasmTable table = instance.tables[second];
        long to = number(table, s[a]);
        init(instance, first, table, to, s[a + 1] & 0xFFFFFFFFL, s[a + 2] & 0xFFFFFFFFL);
      }
    }
  }

  void init(Instance instance, int segment, WasmTable table, long to, long from, long count) {
    @Nullable Object[] elements = instance.elements(segment);
    check(table, to, count);
    if (from + count > elements.length) {
      throw Traps.tableBounds();
    }
    machine.charge(count);
    System.arraycopy(elements, (int) from, table.elements, (int) to, (int) count);
  }

  private static void check(WasmTable table, long at, long count) {
    if (at < 0 || count < 0 || count > table.size || at > table.size - count) {
      throw Traps.tableBounds();
    }
  }
}
