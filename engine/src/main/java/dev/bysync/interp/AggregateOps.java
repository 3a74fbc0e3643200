package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Instructions on structures, arrays, i31 and casts. */
final class AggregateOps {
  private static final long OBJECT_BYTES = 32;

  private final Machine machine;

  AggregateOps(Machine machine) {
    this.machine = machine;
  }

  void execute(int opcode, Instance instance, long next, int d, int a, int b) {
    long[] s = machine.slots;
    @Nullable Object[] r = machine.refs;
    int first = (int) next;
    int second = (int) (next >> 32);
    switch (opcode) {
      case Opcodes.STRUCT_NEW -> r[d] = struct(instance.types.defined(first), a);
      case Opcodes.STRUCT_NEW_DEFAULT -> r[d] = struct(instance.types.defined(first), -1);
      case Opcodes.STRUCT_GET -> get(struct(r[a]), second, d);
      case Opcodes.STRUCT_GET_S, Opcodes.STRUCT_GET_U -> {
        StructRef struct = struct(r[a]);
        long value = struct.bits[struct.type.fieldSlot(second)];
        boolean isByte = struct.type.field(second) == ValType.I8;
        s[d] = extended(value, isByte, opcode == Opcodes.STRUCT_GET_S);
      }
      case Opcodes.STRUCT_SET -> set(struct(r[a]), second, b);
      case Opcodes.REF_TEST ->
          s[d] = r[a] != null && instance.types.isOf(notNull(r[a]), first) ? 1 : 0;
      case Opcodes.REF_TEST_NULL ->
          s[d] = r[a] == null || instance.types.isOf(notNull(r[a]), first) ? 1 : 0;
      case Opcodes.REF_CAST, Opcodes.REF_CAST_NULL -> {
        Object value = r[a];
        boolean fits =
            value == null ? opcode == Opcodes.REF_CAST_NULL : instance.types.isOf(value, first);
        if (!fits) {
          throw Traps.castFailure();
        }
        r[d] = value;
      }
      case Opcodes.REF_I31 -> r[d] = new I31((int) s[a]);
      case Opcodes.I31_GET_S -> s[d] = i31(r[a]).signed();
      case Opcodes.I31_GET_U -> s[d] = i31(r[a]).value();
      case Opcodes.ARRAY_LEN -> s[d] = array(r[a]).length;
      default -> arrays(opcode, instance, first, second, d, a, b);
    }
  }

  private static Object notNull(@Nullable Object value) {
    if (value == null) {
      throw Traps.nullReference("");
    }
    return value;
  }

  private static StructRef struct(@Nullable Object value) {
    if (value instanceof StructRef struct) {
      return struct;
    }
    throw Traps.nullReference("structure ");
  }

  private static ArrayRef array(@Nullable Object value) {
    if (value instanceof ArrayRef array) {
      return array;
    }
    throw Traps.nullReference("array ");
  }

  private static I31 i31(@Nullable Object value) {
    if (value instanceof I31 number) {
      return number;
    }
    throw Traps.nullReference("i31 ");
  }

  private static long extended(long value, boolean isByte, boolean signed) {
    if (isByte) {
      return signed ? (byte) value : value & 0xFF;
    }
    return signed ? (short) value : value & 0xFFFF;
  }

  // ---- structures ----

  /** A structure with the fields from slot {@code from} on, or default ones if that is -1. */
  private StructRef struct(DefinedType type, int from) {
    int slots = type.paramSlots;
    machine.store.takeHeap(OBJECT_BYTES + 16L * slots);
    machine.charge(type.paramCount());
    StructRef struct = new StructRef(type, slots, type.hasNumbers(), type.hasRefs());
    if (from >= 0) {
      System.arraycopy(machine.slots, from, struct.bits, 0, struct.bits.length);
      System.arraycopy(machine.refs, from, struct.refs, 0, struct.refs.length);
      for (int i = 0; i < struct.refs.length; i++) {
        if (!type.isRefSlot(i)) {
          struct.refs[i] = null;
        }
      }
    }
    return struct;
  }

  private void get(StructRef struct, int field, int d) {
    int slot = struct.type.fieldSlot(field);
    int storage = struct.type.field(field);
    if (ValType.isRef(storage)) {
      machine.refs[d] = struct.refs[slot];
      return;
    }
    machine.slots[d] = struct.bits[slot];
    if (storage == ValType.V128) {
      machine.slots[d + 1] = struct.bits[slot + 1];
    }
  }

  private void set(StructRef struct, int field, int from) {
    int slot = struct.type.fieldSlot(field);
    int storage = struct.type.field(field);
    if (ValType.isRef(storage)) {
      struct.refs[slot] = machine.refs[from];
      return;
    }
    struct.bits[slot] = machine.slots[from];
    if (storage == ValType.V128) {
      struct.bits[slot + 1] = machine.slots[from + 1];
    }
  }

  // ---- arrays ----

  private ArrayRef newArray(DefinedType type, long length) {
    int width = ArrayRef.width(type.field(0));
    machine.store.takeHeap(OBJECT_BYTES + length * (width == 0 ? 8 : width));
    if (length * Math.max(width, 1) > Integer.MAX_VALUE - 16) {
      throw Traps.limit("an array of " + length + " elements");
    }
    machine.charge(length);
    return new ArrayRef(type, (int) length);
  }

  private static int index(ArrayRef array, long slot) {
    long index = slot & 0xFFFFFFFFL;
    if (index >= array.length) {
      throw Traps.arrayBounds();
    }
    return (int) index;
  }

  private static void check(ArrayRef array, long from, long count) {
    if (from + count > array.length) {
      throw Traps.arrayBounds();
    }
  }

  /** Writes an element from a slot. */
  private void put(ArrayRef array, int index, int from) {
    long[] s = machine.slots;
    switch (ArrayRef.width(array.type.field(0))) {
      case 0 -> array.refs[index] = machine.refs[from];
      case 1 -> array.bytes[index] = (byte) s[from];
      case 2 -> MemoryOps.SHORT.set(array.bytes, index * 2, (short) s[from]);
      case 4 -> MemoryOps.INT.set(array.bytes, index * 4, (int) s[from]);
      case 8 -> MemoryOps.LONG.set(array.bytes, index * 8, s[from]);
      default -> {
        MemoryOps.LONG.set(array.bytes, index * 16, s[from]);
        MemoryOps.LONG.set(array.bytes, index * 16 + 8, s[from + 1]);
      }
    }
  }

  private void take(int opcode, ArrayRef array, int index, int d) {
    long[] s = machine.slots;
    boolean signed = opcode == Opcodes.ARRAY_GET_S;
    switch (ArrayRef.width(array.type.field(0))) {
      case 0 -> machine.refs[d] = array.refs[index];
      case 1 -> s[d] = extended(array.bytes[index], true, signed);
      case 2 -> s[d] = extended((short) MemoryOps.SHORT.get(array.bytes, index * 2), false, signed);
      case 4 -> s[d] = (int) MemoryOps.INT.get(array.bytes, index * 4);
      case 8 -> s[d] = (long) MemoryOps.LONG.get(array.bytes, index * 8);
      default -> {
        s[d] = (long) MemoryOps.LONG.get(array.bytes, index * 16);
        s[d + 1] = (long) MemoryOps.LONG.get(array.bytes, index * 16 + 8);
      }
    }
  }

  /** Fills elements with a slot's value; the range is checked. */
  private void fill(ArrayRef array, int from, int count, int slot) {
    int width = ArrayRef.width(array.type.field(0));
    if (count == 0) {
      return;
    }
    if (width == 0) {
      Arrays.fill(array.refs, from, from + count, machine.refs[slot]);
      return;
    }
    put(array, from, slot);
    int start = from * width;
    int total = count * width;
    for (int done = width; done < total; done *= 2) {
      System.arraycopy(array.bytes, start, array.bytes, start + done, Math.min(done, total - done));
      if (done > total / 2) {
        return;
      }
    }
  }

  private void arrays(int opcode, Instance instance, int first, int second, int d, int a, int b) {
    long[] s = machine.slots;
    @Nullable Object[] r = machine.refs;
    switch (opcode) {
      case Opcodes.ARRAY_NEW -> {
        ArrayRef array = newArray(instance.types.defined(first), s[b] & 0xFFFFFFFFL);
        fill(array, 0, array.length, a);
        r[d] = array;
      }
      case Opcodes.ARRAY_NEW_DEFAULT ->
          r[d] = newArray(instance.types.defined(first), s[a] & 0xFFFFFFFFL);
      case Opcodes.ARRAY_NEW_FIXED -> {
        ArrayRef array = newArray(instance.types.defined(first), second);
        int width = ArrayRef.width(array.type.field(0)) == 16 ? 2 : 1;
        for (int i = 0; i < second; i++) {
          put(array, i, a + i * width);
        }
        r[d] = array;
      }
      case Opcodes.ARRAY_NEW_DATA, Opcodes.ARRAY_NEW_ELEM -> {
        DefinedType type = instance.types.defined(first);
        long from = s[a] & 0xFFFFFFFFL;
        long count = s[b] & 0xFFFFFFFFL;
        checkSegment(opcode == Opcodes.ARRAY_NEW_DATA, instance, second, type, from, count);
        ArrayRef array = newArray(type, count);
        init(array, 0, instance, second, from, count);
        r[d] = array;
      }
      case Opcodes.ARRAY_GET, Opcodes.ARRAY_GET_S, Opcodes.ARRAY_GET_U -> {
        ArrayRef array = array(r[a]);
        take(opcode, array, index(array, s[b]), d);
      }
      case Opcodes.ARRAY_SET -> {
        ArrayRef array = array(r[a]);
        put(array, index(array, s[a + 1]), a + 2);
      }
      case Opcodes.ARRAY_FILL -> {
        ArrayRef array = array(r[a]);
        boolean vector = array.type.field(0) == ValType.V128;
        long from = s[a + 1] & 0xFFFFFFFFL;
        long count = s[a + (vector ? 4 : 3)] & 0xFFFFFFFFL;
        check(array, from, count);
        machine.charge(count);
        fill(array, (int) from, (int) count, a + 2);
      }
      case Opcodes.ARRAY_COPY -> copy(a);
      default -> {
        ArrayRef array = array(r[a]);
        long to = s[a + 1] & 0xFFFFFFFFL;
        long from = s[a + 2] & 0xFFFFFFFFL;
        long count = s[a + 3] & 0xFFFFFFFFL;
        check(array, to, count);
        boolean data = opcode == Opcodes.ARRAY_INIT_DATA;
        checkSegment(data, instance, second, array.type, from, count);
        machine.charge(count);
        init(array, (int) to, instance, second, from, count);
      }
    }
  }

  private void copy(int a) {
    long[] s = machine.slots;
    ArrayRef target = array(machine.refs[a]);
    ArrayRef source = array(machine.refs[a + 2]);
    long to = s[a + 1] & 0xFFFFFFFFL;
    long from = s[a + 3] & 0xFFFFFFFFL;
    long count = s[a + 4] & 0xFFFFFFFFL;
    check(target, to, count);
    check(source, from, count);
    machine.charge(count);
    int width = ArrayRef.width(target.type.field(0));
    if (width == 0) {
      System.arraycopy(source.refs, (int) from, target.refs, (int) to, (int) count);
    } else {
      System.arraycopy(
          source.bytes, (int) from * width, target.bytes, (int) to * width, (int) count * width);
    }
  }

  private static void checkSegment(
      boolean data, Instance instance, int segment, DefinedType type, long from, long count) {
    if (data) {
      int width = ArrayRef.width(type.field(0));
      if (from + count * width > instance.data(segment).length) {
        throw Traps.memoryBounds();
      }
    } else if (from + count > instance.elements(segment).length) {
      throw Traps.tableBounds();
    }
  }

  private static void init(
      ArrayRef array, int to, Instance instance, int segment, long from, long count) {
    int width = ArrayRef.width(array.type.field(0));
    if (width == 0) {
      System.arraycopy(instance.elements(segment), (int) from, array.refs, to, (int) count);
    } else {
      System.arraycopy(
          instance.data(segment), (int) from, array.bytes, to * width, (int) count * width);
    }
  }
}
