package dev.bysync.verify.endive;

import dev.bysync.verify.endive.EndiveFactory.Metering;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.runtime.TableInstance;
import run.endive.runtime.WasmExternRef;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.types.FunctionType;

/** An instance on Endive's interpreter. */
final class EndiveMachine implements Machine {
  /** Calls that may be nested: far less than what the thread's stack takes. */
  private static final int MAX_DEPTH = 4_000;

  /** Locals of all calls under way. */
  private static final int MAX_LIVE_LOCALS = 1 << 22;

  private static final long[] NO_RESULTS = {};

  private final EndiveProgram program;
  private final Host host;
  private final Meter meter;
  private final Map<String, Signature> exports = new HashMap<>();
  private @Nullable Instance instance;
  private int nesting;

  EndiveMachine(EndiveProgram program, Host host) {
    this.program = program;
    this.host = host;
    this.meter = new Meter(program.module().typeSection());
    for (Shape.ExportedFunction export : program.shape().functions()) {
      exports.put(export.name(), export.signature());
    }
  }

  Host host() {
    return host;
  }

  /** Makes the instance and runs its start function. */
  Outcome start(long fuel) {
    meter.allow(fuel);
    nesting++;
    try {
      Instance.Builder builder =
          Instance.builder(program.module())
              .withImportValues(new EndiveImports(program, this).make())
              .withMemoryFactory(EndiveProgram::memory)
              .withTableFactory(EndiveProgram::table)
              .withMachineFactory(i -> new BoundedInterpreter(i, program, meter))
              .withInitialize(false)
              .withStart(false);
      if (program.metering() == Metering.EXACT) {
        builder = builder.withUnsafeExecutionListener(meter);
      }
      Instance made = builder.build();
      instance = made;
      made.initialize(false);
      return new Outcome.Returned(NO_RESULTS);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      Throwable cause = e.getCause();
      return Traps.of(e instanceof UnlinkableException || cause == null ? e : cause);
    } finally {
      nesting--;
    }
  }

  long[] callHost(Shape.ImportedFunction function, long[] args) {
    return host.call(function, args);
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
    Signature signature = exports.get(export);
    if (signature == null) {
      return new Outcome.Trapped(TrapKind.LINK, "no exported function " + export);
    }
    nesting++;
    try {
      FunctionType type = instance().exportType(export);
      if (type.hasObjectRefParams() || type.hasObjectRefReturns()) {
        return new Outcome.Returned(callWithRefs(export, signature, args));
      }
      long[] results = instance().export(export).apply(args);
      return new Outcome.Returned(results == null ? NO_RESULTS : results);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return Traps.of(e);
    } finally {
      nesting--;
    }
  }

  private long[] callWithRefs(String export, Signature signature, long[] args) {
    @Nullable Object[] refs = new @Nullable Object[args.length];
    int at = 0;
    for (ValueKind kind : signature.params()) {
      if (args[at] != -1 && kind == ValueKind.EXTERNAL) {
        refs[at] = new WasmExternRef(args[at]);
      }
      at += kind.slots();
    }
    CallResult called = instance().export(export).applyWithRefs(args, refs);
    long[] results = called.longs() == null ? NO_RESULTS : called.longs();
    at = 0;
    for (ValueKind kind : signature.results()) {
      if (kind.isReference()
          && instance().exportType(export).returns().get(indexOf(signature, at)).isObjectRef()) {
        results[at] = called.refResult(at) == null ? -1 : 0;
      }
      at += kind.slots();
    }
    return results;
  }

  /** The result whose first slot this is. */
  private static int indexOf(Signature signature, int slot) {
    int at = 0;
    int index = 0;
    while (at < slot) {
      at += signature.results().get(index++).slots();
    }
    return index;
  }

  @Override
  public long fuelUsed() {
    return meter.used();
  }

  @Override
  public void fuelLimit(long instructions) {
    meter.allow(instructions);
  }

  @Override
  public void watch(@Nullable IntConsumer offsets) {
    meter.watch(offsets);
  }

  @Override
  public int nesting() {
    return nesting;
  }

  @Override
  public int memories() {
    return program.shape().memories();
  }

  @Override
  public long memorySize(int memory) {
    return (long) instance().memory(memory).pages() << 16;
  }

  @Override
  public boolean growMemory(int memory, int pages) {
    return instance().memory(memory).grow(pages) >= 0;
  }

  @Override
  public byte[] read(int memory, long address, int length) {
    return instance().memory(memory).readBytes((int) address, length);
  }

  @Override
  public void write(int memory, long address, byte[] bytes) {
    instance().memory(memory).write((int) address, bytes, 0, bytes.length);
  }

  @Override
  public long[] global(String export) {
    GlobalInstance global = instance().exports().global(export);
    return switch (Kinds.of(global.getType())) {
      case V128 -> new long[] {global.getValueLow(), global.getValueHigh()};
      case NULLABLE, EXTERNAL, REFERENCE ->
          new long[] {global.getRefValue() == null && global.getValueLow() == -1 ? -1 : 0};
      default -> new long[] {global.getValueLow()};
    };
  }

  @Override
  public long tableHash(String export) {
    TableInstance table = instance().exports().table(export);
    long hash = table.size();
    boolean objects = table.elementType().isObjectRef();
    for (int i = 0; i < table.size(); i++) {
      boolean empty = objects ? table.objRef(i) == null : table.ref(i) == -1;
      hash = hash * 31 + (empty ? 1 : 0);
    }
    return hash;
  }

  /** Bounds how deeply calls nest and how many locals they hold. */
  private static final class BoundedInterpreter extends InterpreterMachine {
    private final int imported;
    private final int ownBodies;
    private final int[] locals;
    private final Meter meter;
    private int liveLocals;
    private int depth;

    BoundedInterpreter(Instance instance, EndiveProgram program, Meter meter) {
      super(instance);
      this.imported = program.shape().imports().size();
      this.ownBodies = program.ownBodies();
      this.locals = program.locals();
      this.meter = meter;
    }

    @Override
    protected long[] call(
        MStack stack,
        Instance instance,
        Deque<StackFrame> callStack,
        int function,
        long[] args,
        Object[] refArgs,
        FunctionType callType,
        boolean popResults) {
      int own = function < imported ? 0 : locals[function - imported];
      int frame = function - imported < ownBodies ? 1 : 0;
      if (depth + frame > MAX_DEPTH || liveLocals + own > MAX_LIVE_LOCALS) {
        throw new HostStop(TrapKind.DEPTH, "calls are nested too deeply");
      }
      if (own > 64) {
        meter.charge(own >> 3);
      }
      depth += frame;
      liveLocals += own;
      try {
        return super.call(
            stack, instance, callStack, function, args, refArgs, callType, popResults);
      } finally {
        depth -= frame;
        liveLocals -= own;
      }
    }
  }
}
