package dev.bysync.interp;

import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An instance of a module. */
public final class Instance {
  private static final WasmFunction[] NO_FUNCTIONS = {};
  private static final WasmTable[] NO_TABLES = {};
  private static final WasmMemory[] NO_MEMORIES = {};
  private static final WasmGlobal[] NO_GLOBALS = {};
  private static final WasmTag[] NO_TAGS = {};
  private static final byte[] NO_BYTES = {};
  private static final @Nullable Object[] NO_ELEMENTS = {};

  final Store store;
  final WasmModule module;
  final TypeSpace types;
  WasmFunction[] functions = NO_FUNCTIONS;
  WasmTable[] tables = NO_TABLES;
  WasmMemory[] memories = NO_MEMORIES;
  WasmGlobal[] globals = NO_GLOBALS;
  WasmTag[] tags = NO_TAGS;

  /** Memory 0, or an empty one. */
  WasmMemory memory;

  /** Contents of segments; empty when dropped, null until they are asked for. */
  byte[] @Nullable [] data = {};

  @Nullable Object[][] elements = {};
  private final Map<String, Extern> exports = new LinkedHashMap<>();

  Instance(Store store, WasmModule module) {
    this.store = store;
    this.module = module;
    this.types = module.types();
    this.memory = store.nowhere.memory;
  }

  /** Where functions of hosts are. */
  Instance(Store store) {
    this.store = store;
    this.module = WasmModule.EMPTY;
    this.types = TypeSpace.EMPTY;
    this.memory = WasmMemory.empty(store);
  }

  /**
   * Makes an instance: links its imports, initialises tables and memories and calls the start
   * function.
   *
   * @throws LinkException if an import is missing or of another type
   * @throws Trap if a segment doesn't fit or the start function traps; what was written by then to
   *     imported tables and memories remains
   * @throws WasmThrow if the start function ends with an exception
   * @throws dev.bysync.wasm.binary.WasmException of kind LIMIT if memories or tables are larger
   *     than the store's limits allow
   */
  public static Instance instantiate(Store store, WasmModule module, Imports imports)
      throws LinkException {
    return instantiate(store, module, imports, linked -> {});
  }

  /**
   * As {@link #instantiate(Store, WasmModule, Imports)}.
   *
   * @param linked is given the instance when its imports are linked and its globals, tables and
   *     memories made, before segments are copied and the start function is called
   */
  public static Instance instantiate(
      Store store, WasmModule module, Imports imports, Consumer<Instance> linked)
      throws LinkException {
    return new Instantiation(store, module, imports).run(linked);
  }

  /** As {@link #instantiate(Store, WasmModule, Imports)}, in a store of its own. */
  public static Instance instantiate(WasmModule module, Imports imports, StoreLimits limits)
      throws LinkException {
    return instantiate(new Store(limits), module, imports);
  }

  public Store store() {
    return store;
  }

  public WasmModule module() {
    return module;
  }

  void export(Module.Export export) {
    int index = export.index();
    exports.put(
        export.name(),
        switch (export.kind()) {
          case ExternKind.FUNCTION -> functions[index];
          case ExternKind.TABLE -> tables[index];
          case ExternKind.MEMORY -> memories[index];
          case ExternKind.GLOBAL -> globals[index];
          default -> tags[index];
        });
  }

  /** All exports by name, in the module's order. */
  public Map<String, Extern> exports() {
    return Collections.unmodifiableMap(exports);
  }

  /** An export, or null. */
  public @Nullable Extern export(String name) {
    return exports.get(name);
  }

  /**
   * An exported function.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public WasmFunction function(String name) {
    if (exports.get(name) instanceof WasmFunction function) {
      return function;
    }
    throw new IllegalArgumentException("no function is exported as " + name);
  }

  /** A memory by its index, imported ones first. */
  public WasmMemory memory(int index) {
    return memories[index];
  }

  /** Number of memories, imported ones included. */
  public int memoryCount() {
    return memories.length;
  }

  /**
   * Calls an exported function with boxed arguments, see {@link WasmFunction#call}.
   *
   * @throws Trap if it traps or comes to a limit of the store
   * @throws WasmThrow if it ends with an exception that nothing catches
   */
  public @Nullable Object[] call(String name, @Nullable Object... args) {
    return function(name).call(args);
  }

  byte[] data(int segment) {
    byte[] content = data[segment];
    if (content == null) {
      Module.Data in = module.module().data().get(segment);
      content = Arrays.copyOfRange(module.module().bytes(), in.start(), in.end());
      data[segment] = content;
    }
    return content;
  }

  void dropData(int segment) {
    data[segment] = NO_BYTES;
  }

  @Nullable Object[] elements(int segment) {
    return elements[segment];
  }

  void dropElements(int segment) {
    elements[segment] = NO_ELEMENTS;
  }
}
