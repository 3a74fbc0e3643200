package dev.bysync.interp;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Data;
import dev.bysync.wasm.module.Module.Element;
import dev.bysync.wasm.module.Module.Items;
import dev.bysync.wasm.module.Module.Mode;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes an instance (specification 4.5.4). */
final class Instantiation {
  private final Store store;
  private final Module module;
  private final Imports imports;
  private final Instance instance;
  private final Linker linker;
  private final CodeReader code;
  private final DefinedType noType;

  Instantiation(Store store, WasmModule module, Imports imports) {
    this.store = store;
    this.module = module.module();
    this.imports = imports;
    instance = new Instance(store, module);
    linker = new Linker(instance);
    code = new CodeReader(this.module.bytes(), 0, 0);
    noType = TypeSpace.define(FunctionType.of(new int[0], new int[0]));
  }

  Instance run(Consumer<Instance> linked) throws LinkException {
    allocate();
    for (Module.Import imported : module.imports()) {
      Imports.Wanted wanted = new Imports.Wanted(store, instance.module, imported);
      linker.link(imported, imports.resolve(wanted));
    }
    define();
    for (Module.Export export : module.exports()) {
      instance.export(export);
    }
    linked.accept(instance);
    initialiseTables();
    initialiseMemories();
    if (module.startFunction() >= 0) {
      instance.functions[module.startFunction()].invoke(new long[0], new Object[0]);
    }
    return instance;
  }

  private void allocate() {
    instance.functions = new WasmFunction[module.functionCount()];
    instance.tables = new WasmTable[module.tables().size()];
    instance.memories = new WasmMemory[module.memories().size()];
    instance.globals = new WasmGlobal[module.globals().size()];
    instance.tags = new WasmTag[module.tagCount()];
    instance.data = new byte[module.data().size()][];
    instance.elements = new Object[module.elements().size()][];
  }

  private void define() {
    for (int i = module.importedFunctionCount(); i < module.functionCount(); i++) {
      DefinedType type = instance.types.defined(module.functionType(i));
      instance.functions[i] = new WasmFunction(instance, i, type);
    }
    for (int i = module.importedTagCount(); i < module.tagCount(); i++) {
      instance.tags[i] = new WasmTag(instance.types.defined(module.tagType(i)));
    }
    for (int i = module.importedMemoryCount(); i < module.memories().size(); i++) {
      instance.memories[i] = instance.module.memory(store, i);
    }
    if (instance.memories.length > 0) {
      instance.memory = instance.memories[0];
    }
    for (int i = module.importedGlobalCount(); i < module.globals().size(); i++) {
      Module.Global global = module.globals().get(i);
      WasmGlobal made = new WasmGlobal(global.type(), instance.types, global.mutability());
      instance.globals[i] = made;
      long[] slots = new long[2];
      made.ref = evaluate(global.initStart(), global.initEnd(), global.type(), slots);
      made.bits = slots[0];
      made.high = slots[1];
    }
    for (int i = module.importedTableCount(); i < module.tables().size(); i++) {
      Module.Table table = module.tables().get(i);
      WasmTable made = instance.module.table(store, i);
      instance.tables[i] = made;
      if (table.initEnd() > table.initStart()) {
        Object value = evaluate(table.initStart(), table.initEnd(), table.type(), new long[2]);
        Arrays.fill(made.elements, value);
      }
    }
    for (int i = 0; i < instance.elements.length; i++) {
      instance.elements[i] = items(module.elements().get(i));
    }
  }

  /** The value of a constant expression: a reference returned, a number in {@code slots}. */
  private @Nullable Object evaluate(int from, int to, int type, long[] slots) {
    ByteReader in = new ByteReader(module.bytes(), from, to);
    int opcode = in.u8();
    if (opcode == Opcodes.REF_FUNC) {
      int function = in.index();
      if (in.position() == to - 1) {
        return instance.functions[function];
      }
    } else if (opcode == Opcodes.I32_CONST) {
      slots[0] = in.s32();
      if (in.position() == to - 1) {
        return null;
      }
    }
    WasmFunction function = new WasmFunction(instance, -1, noType);
    function.setCode(Compiler.compileExpression(module, from, to, type), false);
    @Nullable Object[] refs = new Object[2];
    store.machine.evaluate(function, slots, refs);
    return refs[0];
  }

  private @Nullable Object[] items(Element segment) {
    if (segment.mode() == Mode.DECLARATIVE) {
      return new Object[0];
    }
    ByteReader in = new ByteReader(module.bytes(), segment.itemsStart(), segment.end());
    boolean expressions = segment.items() == Items.EXPRESSIONS;
    int count = in.count();
    @Nullable Object[] items = new Object[count];
    for (int i = 0; i < count; i++) {
      if (expressions) {
        int from = in.position();
        int to = end(from, segment.end());
        items[i] = evaluate(from, to, segment.type(), new long[2]);
        in.reset(to, segment.end());
      } else {
        items[i] = instance.functions[in.index()];
      }
    }
    return items;
  }

  /** Where a constant expression ends. */
  private int end(int from, int limit) {
    code.reset(from, limit);
    while (code.next() != Opcodes.END) {
      // moves on
    }
    return code.end();
  }

  private long offset(int from, int to, Address address) {
    long[] slots = new long[2];
    evaluate(from, to, address == Address.I64 ? ValType.I64 : ValType.I32, slots);
    return address == Address.I64 ? slots[0] : slots[0] & 0xFFFFFFFFL;
  }

  private void initialiseTables() {
    for (int i = 0; i < instance.elements.length; i++) {
      Element segment = module.elements().get(i);
      if (segment.mode() == Mode.ACTIVE) {
        WasmTable table = instance.tables[segment.table()];
        long to = offset(segment.offsetStart(), segment.offsetEnd(), table.address);
        try {
          store.machine.rare.tables().init(instance, i, table, to, 0, instance.elements(i).length);
        } finally {
          store.giveBack(store.machine.takeFuel());
        }
        instance.dropElements(i);
      }
    }
  }

  private void initialiseMemories() {
    for (int i = 0; i < instance.data.length; i++) {
      Data segment = module.data().get(i);
      if (segment.mode() == Mode.ACTIVE) {
        WasmMemory memory = instance.memories[segment.memory()];
        long to = offset(segment.offsetStart(), segment.offsetEnd(), memory.address);
        int length = segment.end() - segment.start();
        memory.check(to, length);
        memory.write((int) to, module.bytes(), segment.start(), length);
        instance.dropData(i);
      }
    }
  }
}
