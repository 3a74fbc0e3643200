package dev.bysync.interp;

import dev.bysync.interp.Code.Places;
import dev.bysync.interp.Compiler.Mode;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.Validator;
import dev.bysync.wasm.module.Module;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A decoded and validated module, from which any number of instances can be made. */
public final class WasmModule {
  /** Tables and fields are named in 18 bits of the interpreter's code. */
  private static final int MAX_INDEX = 1 << 18;

  /** Of hosts: a module without anything. */
  static final WasmModule EMPTY =
      new WasmModule(Module.read(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}), 0);

  private final Module module;

  /** Functions from this index on were added to the program. */
  private final int added;

  private final TypeSpace types;
  private final Map<Integer, Code> compiled = new HashMap<>();
  private final Map<Integer, Code> watching = new HashMap<>();
  private final Map<Integer, Places> places = new HashMap<>();

  private WasmModule(Module module, int added) {
    this.module = module;
    this.added = added;
    this.types = new TypeSpace(module.types());
  }

  /**
   * Decodes and validates a module.
   *
   * @throws WasmException if it is malformed, invalid, over a limit or uses stack switching
   */
  public static WasmModule parse(byte[] bytes) {
    return parse(bytes, Integer.MAX_VALUE);
  }

  /**
   * Decodes and validates a program to which a tool has added functions. Calls of these do not
   * count as frames ({@link StoreLimits#frames}), so that the program fails at the same depth as
   * before; there may be as many of them under way as frames that count.
   *
   * @param bodies how many functions with a body are the program's own, from the first on
   * @throws WasmException as {@link #parse(byte[])}
   */
  public static WasmModule parse(byte[] bytes, int bodies) {
    Module module = Module.read(bytes);
    Validator.validate(module);
    if (module.tables().size() > MAX_INDEX) {
      throw new WasmException(Failure.LIMIT, -1, "more than " + MAX_INDEX + " tables");
    }
    if (module.importedFunctionCount() + module.bodyCount() > Header.MAX_FUNCTIONS) {
      throw new WasmException(
          Failure.LIMIT, -1, "more than " + Header.MAX_FUNCTIONS + " functions");
    }
    int own = Math.min(bodies, module.bodyCount());
    return new WasmModule(module, module.importedFunctionCount() + own);
  }

  /** The module as it was decoded: its imports and exports, for example. */
  public Module module() {
    return module;
  }

  TypeSpace types() {
    return types;
  }

  /** Whether calls of a function count as frames. */
  boolean counts(int function) {
    return function < added;
  }

  /** The code of a function, which has a body. */
  synchronized Code compile(int function, boolean watched) {
    return watched
        ? watching.computeIfAbsent(function, index -> compile(index, Mode.WATCHED))
        : compiled.computeIfAbsent(function, index -> compile(index, Mode.PLAIN));
  }

  private Code compile(int function, Mode mode) {
    return Compiler.compile(module, function, counts(function), mode);
  }

  /** Which instructions the code of a function is of. */
  synchronized Places places(int function, boolean watched) {
    if (watched) {
      return Objects.requireNonNull(compile(function, true).places);
    }
    return places.computeIfAbsent(
        function, index -> Objects.requireNonNull(compile(index, Mode.MAPPED).places));
  }

  /** Makes a table of the declared type and smallest size. */
  WasmTable table(Store store, int index) {
    Module.Table table = module.tables().get(index);
    return new WasmTable(
        store,
        table.type(),
        types,
        table.limits().address(),
        table.limits().min(),
        most(table.limits()));
  }

  /** Makes a memory of the declared type and smallest size. */
  WasmMemory memory(Store store, int index) {
    Module.Limits limits = module.memories().get(index);
    return new WasmMemory(
        store,
        limits.address(),
        limits.sharing(),
        limits.pageSizeLog2(),
        limits.min(),
        most(limits));
  }

  /** A maximum of 2^64-1, which no size reaches, is none. */
  private static long most(Module.Limits limits) {
    return limits.hasMax() ? limits.max() : -1;
  }
}
