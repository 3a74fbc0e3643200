package dev.bysync.verify.endive;

import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportGlobal;
import run.endive.runtime.ImportMemory;
import run.endive.runtime.ImportTable;
import run.endive.runtime.ImportTag;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.TagInstance;
import run.endive.runtime.WasmExternRef;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryImport;
import run.endive.wasm.types.TableImport;
import run.endive.wasm.types.TagImport;
import run.endive.wasm.types.ValType;

/** Makes everything that a module imports. */
final class EndiveImports {
  private final EndiveProgram program;
  private final EndiveMachine machine;

  EndiveImports(EndiveProgram program, EndiveMachine machine) {
    this.program = program;
    this.machine = machine;
  }

  ImportValues make() {
    ImportValues.Builder values = ImportValues.builder();
    int functions = 0;
    for (int i = 0; i < program.module().importSection().importCount(); i++) {
      Import entry = program.module().importSection().getImport(i);
      String from = entry.module();
      String name = entry.name();
      if (entry instanceof FunctionImport function) {
        FunctionType type = program.module().typeSection().getType(function.typeIndex());
        values.addFunction(function(program.shape().imports().get(functions++), type));
      } else if (entry instanceof MemoryImport memory) {
        values.addMemory(new ImportMemory(from, name, EndiveProgram.memory(memory.limits())));
      } else if (entry instanceof TableImport table) {
        values.addTable(
            new ImportTable(from, name, EndiveProgram.table(table.entryType(), table.limits())));
      } else if (entry instanceof GlobalImport global) {
        values.addGlobal(new ImportGlobal(from, name, global(global)));
      } else if (entry instanceof TagImport tag) {
        FunctionType type = program.module().typeSection().getType(tag.tagType().typeIdx());
        values.addTag(new ImportTag(from, name, new TagInstance(tag.tagType(), type)));
      }
    }
    return values.build();
  }

  private GlobalInstance global(GlobalImport global) {
    ValueKind kind = Kinds.of(global.type());
    GlobalInstance.Builder value =
        GlobalInstance.builder().valType(global.type()).mutabilityType(global.mutabilityType());
    switch (kind) {
      case I32, I64, F32, F64 ->
          value.valueLow(machine.host().global(global.module(), global.name(), kind));
      case V128 -> value.valueLow(0).valueHigh(0);
      case NULLABLE -> value.valueLow(-1);
      case EXTERNAL -> value.valueLow(0).refValue(new WasmExternRef(0L));
      case REFERENCE ->
          throw new UnlinkableException(
              "imported global " + global.module() + "." + global.name() + " can't be null");
    }
    return value.build();
  }

  private ImportFunction function(Shape.ImportedFunction function, FunctionType type) {
    return new ImportFunction(
        function.module(), function.name(), type, new Handle(machine, function, type));
  }

  /** An imported function as Endive calls it. */
  private record Handle(EndiveMachine machine, Shape.ImportedFunction function, FunctionType type)
      implements WasmFunctionHandle {
    @Override
    public long[] apply(Instance instance, long... args) {
      return machine.callHost(function, args);
    }

    @Override
    public CallResult applyWithRefs(
        Instance instance, long[] args, @Nullable Object @Nullable [] refArgs) {
      long[] slots = args.clone();
      int at = 0;
      for (ValType param : type.params()) {
        if (param.isObjectRef()) {
          slots[at] = refArgs == null || refArgs[at] == null ? -1 : 0;
        }
        at += param.equals(ValType.V128) ? 2 : 1;
      }
      long[] results = machine.callHost(function, slots);
      int count = Signature.slots(function.signature().results());
      @Nullable Object[] refs = new @Nullable Object[count];
      at = 0;
      for (ValType result : type.returns()) {
        if (result.isObjectRef()) {
          refs[at] = results[at] == -1 ? null : new WasmExternRef(results[at]);
        }
        at += result.equals(ValType.V128) ? 2 : 1;
      }
      return CallResult.of(results, refs);
    }
  }
}
