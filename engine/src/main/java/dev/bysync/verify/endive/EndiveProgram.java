package dev.bysync.verify.endive;

import dev.bysync.verify.endive.EndiveFactory.Metering;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import java.util.ArrayList;
import java.util.List;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Memory;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MemorySection;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.ValType;

/**
 * A parsed module. Instances of Endive share its tables' limits and grow them, so each instance is
 * given tables of its own; all else that they share they only read.
 */
final class EndiveProgram implements Program {
  /** Pages of 64 KiB that a memory may have. */
  static final int MAX_PAGES = 2048;

  private static final int MAX_TABLE = 1 << 20;

  private final WasmModule module;
  private final int bytes;
  private final int[] locals;
  private final int ownBodies;
  private final Metering metering;
  private final Shape shape;

  EndiveProgram(WasmModule module, int bytes, int[] locals, int ownBodies, Metering metering)
      throws LoadException {
    this.module = module;
    this.bytes = bytes;
    this.locals = locals;
    this.ownBodies = ownBodies;
    this.metering = metering;
    this.shape = readShape();
  }

  WasmModule module() {
    return module;
  }

  /** Locals that each function with a body declares. */
  int[] locals() {
    return locals;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public int bodies() {
    return module.functionSection().functionCount();
  }

  /** Functions with a body whose calls count as nested. */
  int ownBodies() {
    return ownBodies;
  }

  Metering metering() {
    return metering;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Instantiation instantiate(Host host, long fuel) {
    EndiveMachine machine = new EndiveMachine(this, host);
    host.attach(machine);
    return new Instantiation(machine, machine.start(fuel));
  }

  static Memory memory(MemoryLimits limits) {
    int max = Math.max(limits.initialPages(), Math.min(limits.maximumPages(), MAX_PAGES));
    return new ByteArrayMemory(new MemoryLimits(limits.initialPages(), max, limits.shared()));
  }

  static TableInstance table(Table table, int initial) {
    return new TableInstance(
        new Table(table.elementType(), limits(table.limits()), table.initialize()), initial);
  }

  static TableInstance table(ValType type, TableLimits limits) {
    return new TableInstance(new Table(type, limits(limits)), -1);
  }

  private static TableLimits limits(TableLimits limits) {
    long max = Math.max(limits.min(), Math.min(limits.max(), MAX_TABLE));
    return new TableLimits(limits.min(), max, limits.shared());
  }

  private Shape readShape() throws LoadException {
    List<Shape.ImportedFunction> imports = new ArrayList<>();
    List<FunctionType> types = new ArrayList<>();
    List<ValType> globals = new ArrayList<>();
    int memories = module.memorySection().map(MemorySection::memoryCount).orElse(0);
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import entry = module.importSection().getImport(i);
      if (entry instanceof FunctionImport function) {
        FunctionType type = functionType(function.typeIndex());
        types.add(type);
        imports.add(
            new Shape.ImportedFunction(
                imports.size(), entry.module(), entry.name(), Kinds.of(type)));
      } else if (entry instanceof GlobalImport global) {
        globals.add(global.type());
      } else if (entry.importType() == ExternalType.MEMORY) {
        memories++;
      }
    }
    return exports(imports, types, globals, memories);
  }

  private Shape exports(
      List<Shape.ImportedFunction> imports,
      List<FunctionType> importTypes,
      List<ValType> importGlobals,
      int memories)
      throws LoadException {
    List<Shape.ExportedFunction> functions = new ArrayList<>();
    List<Shape.ExportedGlobal> globals = new ArrayList<>();
    List<Shape.ExportedMemory> exportedMemories = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      int index = export.index();
      switch (export.exportType()) {
        case FUNCTION -> {
          FunctionType type =
              index < importTypes.size()
                  ? importTypes.get(index)
                  : functionType(
                      module.functionSection().getFunctionType(index - importTypes.size()));
          functions.add(
              new Shape.ExportedFunction(
                  export.name(), Kinds.of(type), index < importTypes.size()));
        }
        case GLOBAL -> {
          ValType type =
              index < importGlobals.size()
                  ? importGlobals.get(index)
                  : module.globalSection().getGlobal(index - importGlobals.size()).valueType();
          globals.add(new Shape.ExportedGlobal(export.name(), Kinds.of(type)));
        }
        case MEMORY -> exportedMemories.add(new Shape.ExportedMemory(export.name(), index));
        case TABLE -> tables.add(export.name());
        default -> {} // nothing of a tag can be compared
      }
    }
    return new Shape(imports, functions, globals, tables, memories, exportedMemories);
  }

  private FunctionType functionType(int index) throws LoadException {
    if (index < 0 || index >= module.typeSection().subTypeCount()) {
      throw new LoadException(LoadException.Kind.INVALID, "unknown type " + index);
    }
    FunctionType type = module.typeSection().getType(index);
    if (type == null) {
      throw new LoadException(
          LoadException.Kind.INVALID, "type " + index + " is not a function type");
    }
    return type;
  }
}
