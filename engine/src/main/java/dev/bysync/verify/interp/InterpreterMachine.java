package dev.bysync.verify.interp;

import dev.bysync.interp.Extern;
import dev.bysync.interp.FunctionType;
import dev.bysync.interp.Imports;
import dev.bysync.interp.Instance;
import dev.bysync.interp.LinkException;
import dev.bysync.interp.Parking;
import dev.bysync.interp.Store;
import dev.bysync.interp.Trap;
import dev.bysync.interp.WasmFunction;
import dev.bysync.interp.WasmGlobal;
import dev.bysync.interp.WasmMemory;
import dev.bysync.interp.WasmTable;
import dev.bysync.interp.WasmThrow;
import dev.bysync.verify.machine.FrameSizes;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.HostPark;
import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** An instance on our own interpreter. */
final class InterpreterMachine implements Machine {
  private static final long[] NO_RESULTS = {};

  private final InterpreterProgram program;
  private final Host host;
  private final Store store;
  private @Nullable Instance instance;
  private int nesting;

  /** An external value that a host gave. */
  private record External(long number) {}

  InterpreterMachine(InterpreterProgram program, Host host) {
    this.program = program;
    this.host = host;
    store = new Store(program.limits(), program.memories());
  }

  /** Makes the instance and runs its start function. */
  Outcome start(long fuel) {
    store.allowFuel(fuel);
    nesting++;
    try {
      instance =
          Instance.instantiate(store, program.module(), this::resolve, made -> instance = made);
      return new Outcome.Returned(NO_RESULTS);
    } catch (LinkException | IllegalArgumentException e) {
      return new Outcome.Trapped(TrapKind.LINK, String.valueOf(e.getMessage()));
    } catch (WasmException e) {
      return new Outcome.Trapped(TrapKind.MEMORY_LIMIT, e.detail());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return trapped(e);
    } finally {
      nesting--;
    }
  }

  private @Nullable Extern resolve(Imports.Wanted wanted) {
    if (wanted.kind() == ExternKind.FUNCTION) {
      Shape.ImportedFunction function = program.shape().imports().get(wanted.index());
      FunctionType type = wanted.functionType();
      return wanted.function((slots, refs) -> callHost(function, type, slots, refs));
    }
    if (wanted.kind() != ExternKind.GLOBAL) {
      return wanted.fitting();
    }
    Module module = program.module().module();
    ValueKind kind = InterpreterProgram.kind(module.globals().get(wanted.index()).type());
    return switch (kind) {
      case I32, I64, F32, F64 ->
          wanted.global(host.global(wanted.module(), wanted.name(), kind), null);
      case EXTERNAL -> wanted.global(0, new External(0));
      default -> wanted.global(0, null);
    };
  }

  private void callHost(
      Shape.ImportedFunction function, FunctionType type, long[] slots, @Nullable Object[] refs) {
    long[] args = Arrays.copyOf(slots, type.paramSlots());
    for (int i = 0, at = 0; i < type.paramCount(); i++) {
      if (ValType.isRef(type.param(i))) {
        args[at] = refs[at] == null ? -1 : 0;
      }
      at += width(type.param(i));
    }
    long[] results;
    try {
      results = host.call(function, args);
    } catch (HostPark e) {
      throw new Parking();
    }
    System.arraycopy(results, 0, slots, 0, type.resultSlots());
    for (int i = 0, at = 0; i < type.resultCount(); i++) {
      if (ValType.isRef(type.result(i))) {
        refs[at] = reference(type.result(i), results[at]);
      }
      at += width(type.result(i));
    }
  }

  private static int width(int type) {
    return type == ValType.V128 ? 2 : 1;
  }

  /** The reference that a slot stands for: a value of the host's, if it can be one, or null. */
  private static @Nullable Object reference(int type, long slot) {
    int heap = ValType.heap(type);
    if (heap == ValType.EXTERN || heap == ValType.ANY) {
      return slot == -1 && ValType.isNullable(type) ? null : new External(slot);
    }
    if (!ValType.isNullable(type)) {
      throw new HostStop(TrapKind.LINK, "a host can't make a value of " + ValType.name(type));
    }
    return null;
  }

  private Instance instance() {
    Instance made = instance;
    if (made == null) {
      throw new HostStop(TrapKind.FAULT, "the instance is used before it exists");
    }
    return made;
  }

  @Override
  public Outcome call(String export, long[] args) {
    if (!(instance().export(export) instanceof WasmFunction function)) {
      return new Outcome.Trapped(TrapKind.LINK, "no exported function " + export);
    }
    FunctionType type = function.type();
    long[] slots = Arrays.copyOf(args, Math.max(args.length, type.slots()));
    @Nullable Object[] refs = new Object[slots.length];
    nesting++;
    try {
      for (int i = 0, at = 0; i < type.paramCount(); i++) {
        int param = type.param(i);
        if (ValType.isRef(param)) {
          refs[at] = reference(param, args[at]);
        } else if (param == ValType.I32 || param == ValType.F32) {
          slots[at] = (int) slots[at];
        }
        at += width(param);
      }
      function.invoke(slots, refs);
    } catch (Parking parking) {
      return parked(parking, type);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return trapped(e);
    } finally {
      nesting--;
    }
    return returned(type, slots, refs);
  }

  private Outcome parked(Parking parking, FunctionType type) {
    return parking.isParked()
        ? new Outcome.Parked(() -> resume(parking, type))
        : new Outcome.Trapped(TrapKind.FAULT, "a nested call can't be parked");
  }

  private Outcome resume(Parking parking, FunctionType type) {
    long[] slots = new long[type.slots()];
    @Nullable Object[] refs = new Object[slots.length];
    nesting++;
    try {
      parking.resume(slots, refs);
    } catch (Parking again) {
      return parked(again, type);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return trapped(e);
    } finally {
      nesting--;
    }
    return returned(type, slots, refs);
  }

  private static Outcome returned(FunctionType type, long[] slots, @Nullable Object[] refs) {
    long[] results = Arrays.copyOf(slots, type.resultSlots());
    for (int i = 0, at = 0; i < type.resultCount(); i++) {
      if (ValType.isRef(type.result(i))) {
        results[at] = refs[at] == null ? -1 : 0;
      }
      at += width(type.result(i));
    }
    return new Outcome.Returned(results);
  }

  private static Outcome.Trapped trapped(Throwable thrown) {
    if (thrown instanceof HostStop stop) {
      return new Outcome.Trapped(stop.kind(), String.valueOf(stop.getMessage()));
    }
    if (thrown instanceof Trap trap) {
      return new Outcome.Trapped(kind(trap.kind()), String.valueOf(trap.getMessage()));
    }
    if (thrown instanceof WasmThrow) {
      return new Outcome.Trapped(TrapKind.EXCEPTION, "an exception that nothing catches");
    }
    if (thrown instanceof OutOfMemoryError) {
      return new Outcome.Trapped(TrapKind.EXHAUSTED, "out of memory");
    }
    return new Outcome.Trapped(TrapKind.FAULT, thrown.toString());
  }

  private static TrapKind kind(Trap.Kind kind) {
    return switch (kind) {
      case UNREACHABLE -> TrapKind.UNREACHABLE;
      case MEMORY_BOUNDS, UNALIGNED, NOT_SHARED -> TrapKind.MEMORY_BOUNDS;
      case TABLE_BOUNDS -> TrapKind.TABLE_BOUNDS;
      case ARRAY_BOUNDS -> TrapKind.ARRAY_BOUNDS;
      case DIVIDE_BY_ZERO -> TrapKind.DIVIDE_BY_ZERO;
      case INTEGER_OVERFLOW -> TrapKind.INTEGER_OVERFLOW;
      case INVALID_CONVERSION -> TrapKind.INVALID_CONVERSION;
      case UNDEFINED_ELEMENT -> TrapKind.UNDEFINED_ELEMENT;
      case INDIRECT_CALL_TYPE -> TrapKind.INDIRECT_CALL_TYPE;
      case NULL_REFERENCE -> TrapKind.NULL_REFERENCE;
      case CAST_FAILURE -> TrapKind.CAST_FAILURE;
      case WAIT -> TrapKind.WAIT;
      case DEPTH -> TrapKind.DEPTH;
      case LIMIT -> TrapKind.MEMORY_LIMIT;
      case FUEL, CANCELLED -> TrapKind.FUEL;
    };
  }

  @Override
  public long fuelUsed() {
    return store.fuelUsed();
  }

  @Override
  public void fuelLimit(long instructions) {
    store.allowFuel(instructions);
  }

  @Override
  public void watch(@Nullable IntConsumer offsets) {
    store.watch(offsets == null ? null : (function, offset) -> offsets.accept(offset));
  }

  @Override
  public void calls(Calls told) {
    store.calls(told::call);
  }

  @Override
  public FrameSizes frameSizes() {
    FrameSizes[] sizes = {new FrameSizes(0, 0, 0)};
    store.functions(index -> sizes[0] = sizes[0].plus(program.localBytes(index)));
    return sizes[0];
  }

  @Override
  public boolean intercept(@Nullable Interceptor asked) {
    store.intercept(
        asked == null
            ? null
            : (function, offset, depth) ->
                switch (asked.call(offset, depth)) {
                  case MAKE -> dev.bysync.interp.Interceptor.Answer.MAKE;
                  case PUT_OFF -> dev.bysync.interp.Interceptor.Answer.PUT_OFF;
                  case MAKE_UP -> dev.bysync.interp.Interceptor.Answer.MAKE_UP;
                });
    return true;
  }

  @Override
  public int nesting() {
    return nesting;
  }

  @Override
  public int memories() {
    return program.shape().memories();
  }

  private WasmMemory memory(int index) {
    return instance().memory(index);
  }

  @Override
  public long memorySize(int memory) {
    return memory(memory).size();
  }

  @Override
  public boolean growMemory(int memory, int pages) {
    return memory(memory).grow(pages) >= 0;
  }

  @Override
  public byte[] read(int memory, long address, int length) {
    return memory(memory).read(address, length);
  }

  @Override
  public void write(int memory, long address, byte[] bytes) {
    memory(memory).write(address, bytes);
  }

  @Override
  public void takeWritten(int memory, Written told) {
    memory(memory).takeWritten(told::range);
  }

  @Override
  public long[] global(String export) {
    if (!(instance().export(export) instanceof WasmGlobal global)) {
      throw new IllegalArgumentException("no global is exported as " + export);
    }
    ValueKind kind = InterpreterProgram.kind(global.type());
    if (kind.isReference()) {
      return new long[] {global.ref() == null ? -1 : 0};
    }
    return kind == ValueKind.V128
        ? new long[] {global.bits(), global.highBits()}
        : new long[] {global.bits()};
  }

  @Override
  public long tableHash(String export) {
    if (!(instance().export(export) instanceof WasmTable table)) {
      throw new IllegalArgumentException("no table is exported as " + export);
    }
    long hash = table.size();
    for (int i = 0; i < table.size(); i++) {
      hash = hash * 31 + (table.get(i) == null ? 1 : 0);
    }
    return hash;
  }

  @Override
  public void release() {
    instance = null;
    store.release();
  }
}
