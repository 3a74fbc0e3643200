package dev.bysync.verify.interp;

import dev.bysync.interp.MemoryPool;
import dev.bysync.interp.StoreLimits;
import dev.bysync.interp.WasmModule;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;

/** A module on our own interpreter. */
final class InterpreterProgram implements Program {
  private final WasmModule module;
  private final Shape shape;
  private final MemoryPool memories;
  private final StoreLimits limits;
  private final boolean roomy;

  /** By function the bytes of its parameters and locals, from 1 on; 0 where not asked for yet. */
  private final int[] localBytes;

  InterpreterProgram(WasmModule module, MemoryPool memories) {
    this(module, shape(module.module()), memories, StoreLimits.defaults(), false);
  }

  private InterpreterProgram(
      WasmModule module, Shape shape, MemoryPool memories, StoreLimits limits, boolean roomy) {
    this.module = module;
    this.shape = shape;
    this.memories = memories;
    this.limits = limits;
    this.roomy = roomy;
    localBytes = new int[module.module().functionCount()];
  }

  WasmModule module() {
    return module;
  }

  MemoryPool memories() {
    return memories;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public int bytes() {
    return module.module().bytes().length;
  }

  @Override
  public int bodies() {
    return module.module().bodyCount();
  }

  /**
   * Twice the frames, since what is added may call what is added; four times the slots, for locals
   * that are added; and the pages of memories that the other module lacks, but not more, since a
   * program sees how far its memory grows.
   */
  @Override
  public Program roomierThan(Shape other) {
    long pages = limits.memoryPages();
    List<Module.Limits> memories = module.module().memories();
    for (int i = other.memories(); i < memories.size(); i++) {
      pages += Math.max(1, Math.min(memories.get(i).min(), limits.memoryPages()));
    }
    StoreLimits more =
        limits
            .withMemoryPages((int) Math.min(pages, Integer.MAX_VALUE))
            .withHeapBytes(2 * limits.heapBytes())
            .withFrames(2 * limits.frames())
            .withStackSlots(4 * limits.stackSlots());
    return new InterpreterProgram(module, shape, this.memories, more, true);
  }

  @Override
  public boolean isRoomy() {
    return roomy;
  }

  StoreLimits limits() {
    return limits;
  }

  /** Bytes of a function's parameters and locals, a reference counted as four. */
  int localBytes(int function) {
    if (localBytes[function] == 0) {
      localBytes[function] = 1 + countLocalBytes(function);
    }
    return localBytes[function] - 1;
  }

  private int countLocalBytes(int function) {
    Module own = module.module();
    int type = own.functionType(function);
    long bytes = 0;
    for (int i = 0; i < own.types().paramCount(type); i++) {
      bytes += bytes(own.types().param(type, i));
    }
    int body = function - own.importedFunctionCount();
    if (body >= 0) {
      ByteReader in = new ByteReader(own.bytes(), own.bodyStart(body), own.bodyEnd(body));
      for (int groups = in.count(); groups > 0; groups--) {
        long count = in.u32() & 0xFFFFFFFFL;
        bytes += count * bytes(ValType.read(in));
      }
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE / 2);
  }

  private static int bytes(int type) {
    return switch (type) {
      case ValType.I64, ValType.F64 -> 8;
      case ValType.V128 -> 16;
      default -> 4;
    };
  }

  @Override
  public Instantiation instantiate(Host host, long fuel) {
    InterpreterMachine machine = new InterpreterMachine(this, host);
    host.attach(machine);
    return new Instantiation(machine, machine.start(fuel));
  }

  private static Shape shape(Module module) {
    List<Shape.ImportedFunction> imports = new ArrayList<>();
    for (Module.Import imported : module.imports()) {
      if (imported.kind() == ExternKind.FUNCTION) {
        imports.add(
            new Shape.ImportedFunction(
                imported.index(),
                imported.module(),
                imported.name(),
                signature(module.types(), module.functionType(imported.index()))));
      }
    }
    List<Shape.ExportedFunction> functions = new ArrayList<>();
    List<Shape.ExportedGlobal> globals = new ArrayList<>();
    List<Shape.ExportedMemory> memories = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    for (Module.Export export : module.exports()) {
      String name = export.name();
      int index = export.index();
      switch (export.kind()) {
        case ExternKind.FUNCTION ->
            functions.add(
                new Shape.ExportedFunction(
                    name,
                    signature(module.types(), module.functionType(index)),
                    index < module.importedFunctionCount()));
        case ExternKind.GLOBAL ->
            globals.add(new Shape.ExportedGlobal(name, kind(module.globals().get(index).type())));
        case ExternKind.MEMORY -> memories.add(new Shape.ExportedMemory(name, index));
        case ExternKind.TABLE -> tables.add(name);
        default -> {} // nothing of a tag can be compared
      }
    }
    return new Shape(imports, functions, globals, tables, module.memories().size(), memories);
  }

  private static Signature signature(Types types, int type) {
    List<ValueKind> params = new ArrayList<>();
    for (int i = 0; i < types.paramCount(type); i++) {
      params.add(kind(types.param(type, i)));
    }
    List<ValueKind> results = new ArrayList<>();
    for (int i = 0; i < types.resultCount(type); i++) {
      results.add(kind(types.result(type, i)));
    }
    return new Signature(params, results);
  }

  static ValueKind kind(int type) {
    return switch (type) {
      case ValType.I32 -> ValueKind.I32;
      case ValType.I64 -> ValueKind.I64;
      case ValType.F32 -> ValueKind.F32;
      case ValType.F64 -> ValueKind.F64;
      case ValType.V128 -> ValueKind.V128;
      default -> {
        if (ValType.isNullable(type)) {
          yield ValueKind.NULLABLE;
        }
        yield ValType.heap(type) == ValType.EXTERN ? ValueKind.EXTERNAL : ValueKind.REFERENCE;
      }
    };
  }
}
