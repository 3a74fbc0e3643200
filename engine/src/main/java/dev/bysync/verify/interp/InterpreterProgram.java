package dev.bysync.verify.interp;

import dev.bysync.interp.MemoryPool;
import dev.bysync.interp.WasmModule;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
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

  InterpreterProgram(WasmModule module, MemoryPool memories) {
    this.module = module;
    this.memories = memories;
    this.shape = shape(module.module());
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
  public int bodies() {
    return module.module().bodyCount();
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
                    name, signature(module.types(), module.functionType(index))));
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
