package dev.bysync.interp;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module.Address;
import org.jspecify.annotations.Nullable;

/** Operations outside of the loop: finds the family that executes each. */
final class RareOps {
  private static final int FIRST_AGGREGATE = Opcodes.STRUCT_NEW;
  private static final int FIRST_BULK = Opcodes.MEMORY_INIT - 8;
  private static final int FIRST_ATOMIC = Opcodes.ATOMIC_FENCE - 3;
  private static final int FIRST_VECTOR = Opcodes.V128_LOAD;

  private final Machine machine;
  private final MemoryOps memories;
  private final TableOps tables;
  private final AggregateOps aggregates;
  private final AtomicOps atomics;
  private final VectorOps vectors;

  RareOps(Machine machine) {
    this.machine = machine;
    memories = new MemoryOps(machine);
    tables = new TableOps(machine);
    aggregates = new AggregateOps(machine);
    atomics = new AtomicOps(machine);
    vectors = new VectorOps(machine);
  }

  TableOps tables() {
    return tables;
  }

  // ---- calls ----

  /** The function that call_indirect calls; {@code type} is an index of the instance's module. */
  WasmFunction indirect(Instance instance, int tableIndex, long slot, int type) {
    WasmTable table = instance.tables[tableIndex];
    long index = table.address == Address.I32 ? slot & 0xFFFFFFFFL : slot;
    if (index < 0 || index >= table.size) {
      throw Traps.undefinedElement();
    }
    Object element = table.elements[(int) index];
    if (element instanceof WasmFunction function) {
      if (!function.type.isSubtypeOf(instance.types.defined(type))) {
        throw Traps.indirectCallType();
      }
      return function;
    }
    throw Traps.uninitializedElement(index);
  }

  static WasmFunction callable(@Nullable Object ref) {
    if (ref instanceof WasmFunction function) {
      return function;
    }
    throw Traps.nullReference("function ");
  }

  /** The function that a tail call calls. */
  WasmFunction tail(long w, long next, Instance instance, int a) {
    return switch (Op.op(w)) {
      case Op.TAIL_CALL -> instance.functions[(int) (w >>> 28)];
      case Op.TAIL_CALL_INDIRECT ->
          indirect(instance, (int) (w >>> 46), machine.slots[a], (int) next);
      default -> callable(machine.refs[a]);
    };
  }

  /** Moves arguments to where the frame begins; {@code from} has their slot, then their number. */
  void toFront(int frame, long from) {
    giveBack(frame + (int) (from >> 32), frame, (int) from);
  }

  /** Moves results to where the frame begins. */
  void giveBack(int from, int frame, int count) {
    System.arraycopy(machine.slots, from, machine.slots, frame, count);
    System.arraycopy(machine.refs, from, machine.refs, frame, count);
  }

  /** Whether br_on_cast succeeds; {@code type} is the target's heap type and nullability. */
  boolean isOf(Instance instance, @Nullable Object value, long type) {
    return value == null ? type >> 32 != 0 : instance.types.isOf(value, (int) type);
  }

  // ---- operations ----

  /**
   * Executes an operation; the machine's state is saved, {@code word} being behind the operation's
   * first word.
   *
   * @return the place of the next operation
   */
  int execute(long w, Instance instance, int d, int a, int b) {
    int op = Op.op(w);
    int pc = machine.word;
    if (op < Op.RARE) {
      return special(op, w, instance, pc, d, a, b);
    }
    long[] s = machine.slots;
    int opcode = op - Op.RARE;
    if (opcode >= FIRST_VECTOR) {
      return vectors.execute(opcode, instance, pc, d, a, b);
    }
    if (opcode >= FIRST_ATOMIC) {
      return atomics.execute(opcode, instance, pc, d, a, b);
    }
    if (opcode >= FIRST_BULK) {
      return bulk(opcode, instance, pc, d, a, b);
    }
    if (opcode >= FIRST_AGGREGATE) {
      aggregates.execute(opcode, instance, next(pc), d, a, b);
      return pc + 1;
    }
    if (opcode >= 0xD0) {
      references(opcode, instance, next(pc), d, a, b);
      return pc + 1;
    }
    switch (opcode) {
      case Opcodes.UNREACHABLE -> {
        machine.fuel -= next(pc) >> 32;
        throw Traps.unreachable();
      }
      case Opcodes.TABLE_GET, Opcodes.TABLE_SET -> {
        tables.execute(opcode, instance, (int) next(pc), 0, d, a, b);
        return pc + 1;
      }
      case Opcodes.MEMORY_SIZE, Opcodes.MEMORY_GROW -> {
        memories.range(opcode, instance, (int) next(pc), 0, d, a, b, 0);
        return pc + 1;
      }
      default -> {
        WasmMemory memory = instance.memories[(int) next(pc + 1)];
        MemoryOps.access(opcode, memory, next(pc), s, d, a, b);
        return pc + 2;
      }
    }
  }

  private long next(int pc) {
    return machine.function.words[pc];
  }

  private int special(int op, long w, Instance instance, int pc, int d, int a, int b) {
    long[] s = machine.slots;
    @Nullable Object[] r = machine.refs;
    int wide = (int) (w >>> 28);
    switch (op) {
      case Op.MOVES -> {
        int count = (int) next(pc);
        System.arraycopy(s, a, s, d, count);
        System.arraycopy(r, a, r, d, count);
        return pc + 1;
      }
      case Op.CONST_VECTOR -> {
        s[d] = next(pc);
        s[d + 1] = next(pc + 1);
        return pc + 2;
      }
      case Op.SELECT_REF -> {
        r[d] = isSet(pc) ? r[a] : r[b];
        return pc + 1;
      }
      case Op.SELECT_VECTOR -> {
        int from = isSet(pc) ? a : b;
        System.arraycopy(s, from, s, d, 2);
        return pc + 1;
      }
      case Op.GLOBAL_GET_REF -> r[d] = instance.globals[wide].ref;
      case Op.GLOBAL_SET_REF -> instance.globals[wide].ref = r[d];
      case Op.GLOBAL_GET_VECTOR -> {
        s[d] = instance.globals[wide].bits;
        s[d + 1] = instance.globals[wide].high;
      }
      case Op.GLOBAL_SET_VECTOR -> {
        instance.globals[wide].bits = s[d];
        instance.globals[wide].high = s[d + 1];
      }
      case Op.THROW -> {
        machine.charge(next(pc) >> 32);
        throw thrown(instance.tags[(int) next(pc)], a);
      }
      case Op.THROW_REF -> {
        machine.charge(next(pc) >> 32);
        if (r[a] instanceof WasmThrow thrown) {
          throw thrown;
        }
        throw Traps.nullReference("exception ");
      }
      case Op.LEAVE -> machine.leaveUncounted();
      default -> machine.store.watched(machine.function.index, wide);
    }
    return pc;
  }

  private boolean isSet(int pc) {
    return (int) machine.slots[machine.frame + (int) next(pc)] != 0;
  }

  private WasmThrow thrown(WasmTag tag, int a) {
    int count = tag.type.paramSlots;
    machine.store.takeHeap(32 + 16L * count);
    long[] bits = new long[count];
    @Nullable Object[] refs = new Object[count];
    System.arraycopy(machine.slots, a, bits, 0, count);
    System.arraycopy(machine.refs, a, refs, 0, count);
    return new WasmThrow(tag, bits, refs);
  }

  private void references(int opcode, Instance instance, long next, int d, int a, int b) {
    long[] s = machine.slots;
    @Nullable Object[] r = machine.refs;
    switch (opcode) {
      case Opcodes.REF_NULL -> r[d] = null;
      case Opcodes.REF_FUNC -> r[d] = instance.functions[(int) next];
      case Opcodes.REF_IS_NULL -> s[d] = r[a] == null ? 1 : 0;
      case Opcodes.REF_EQ -> {
        Object x = r[a];
        s[d] = x == r[b] || (x instanceof I31 && x.equals(r[b])) ? 1 : 0;
      }
      default -> {
        if (r[a] == null) {
          throw Traps.nullReference("");
        }
        r[d] = r[a];
      }
    }
  }

  private int bulk(int opcode, Instance instance, int pc, int d, int a, int b) {
    long[] s = machine.slots;
    long next = opcode <= FIRST_BULK + 7 ? 0 : next(pc);
    int first = (int) next;
    int second = (int) (next >> 32);
    switch (opcode) {
      case Opcodes.MEMORY_INIT -> {
        int third = (int) (next >>> 40);
        memories.range(opcode, instance, first, (int) next(pc + 1), d, a, b, machine.frame + third);
        return pc + 2;
      }
      case Opcodes.MEMORY_FILL -> {
        int third = (int) (next >>> 40);
        memories.range(opcode, instance, first, 0, d, a, b, machine.frame + third);
      }
      case Opcodes.MEMORY_COPY ->
          memories.copy(instance.memories[first], instance.memories[second], a);
      case Opcodes.DATA_DROP -> instance.dropData(first);
      case Opcodes.ELEM_DROP -> instance.dropElements(first);
      case Opcodes.TABLE_INIT,
          Opcodes.TABLE_COPY,
          Opcodes.TABLE_GROW,
          Opcodes.TABLE_SIZE,
          Opcodes.TABLE_FILL ->
          tables.execute(opcode, instance, first, second, d, a, b);
      default -> {
        int number = opcode - FIRST_BULK;
        if (number < 8) {
          s[d] = FloatOps.saturate(number, s[a]);
          return pc;
        }
        if (number >= 0x15) {
          IntOps.wideProduct(number == 0x15, s, d, a, b);
          return pc;
        }
        IntOps.wide(number == 0x13, s, d, a, b, machine.frame + first, machine.frame + second);
      }
    }
    return pc + 1;
  }
}
