package dev.bysync.interp;

import org.jspecify.annotations.Nullable;

/** A function of an instance or of a host, and the value of a {@code funcref}. */
public final class WasmFunction implements Extern {
  final Store store;
  final Instance instance;
  final int index;
  final DefinedType type;
  final @Nullable HostFunction host;

  /** Whether its calls count as frames. */
  final boolean counts;

  /** The compiled body; empty before the first call, and always for functions of a host. */
  Code compiled = Code.NONE;

  /** {@link Code#words} of {@link #compiled}, and other fields of it. */
  long[] words = Code.NONE.words;

  int paramSlots;
  int localSlots;

  /**
   * Slots that it needs to be entered with nothing but numbers to clear, as a frame that counts;
   * more than there are if it can't be.
   */
  int room = Integer.MAX_VALUE;

  /** Whether {@link #compiled} reports its instructions. */
  boolean watched;

  WasmFunction(Instance instance, int index, DefinedType type) {
    this.store = instance.store;
    this.instance = instance;
    this.index = index;
    this.type = type;
    this.host = null;
    this.counts = index < 0 || instance.module.counts(index);
  }

  WasmFunction(Store store, DefinedType type, HostFunction host) {
    this.store = store;
    this.instance = store.nowhere;
    this.index = -1;
    this.type = type;
    this.host = host;
    this.counts = true;
  }

  /** Where the machine returns to: code that leaves it. */
  WasmFunction(Instance nowhere, Code code) {
    this.store = nowhere.store;
    this.instance = nowhere;
    this.index = -1;
    this.type = TypeSpace.define(FunctionType.of(new int[0], new int[0]));
    this.host = null;
    this.counts = true;
    setCode(code, false);
  }

  /** A function of a host, to be imported with exactly this type. */
  public static WasmFunction of(Store store, FunctionType type, HostFunction host) {
    return new WasmFunction(store, TypeSpace.define(type), host);
  }

  void setCode(Code code, boolean reports) {
    compiled = code;
    watched = reports;
    words = code.words;
    paramSlots = code.paramSlots;
    localSlots = code.localSlots;
    room = counts && !code.refLocals && !reports ? code.frameSlots : Integer.MAX_VALUE;
  }

  /** Types of parameters and results. */
  public FunctionType type() {
    return type.signature();
  }

  /**
   * Calls the function.
   *
   * @param slots the arguments, replaced by the results; see {@link HostFunction#call} for their
   *     form; at least {@link FunctionType#slots} of them
   * @param refs the references among them, in the same slots
   * @throws Trap if it traps or comes to a limit of the store
   * @throws WasmThrow if it ends with an exception that nothing catches
   */
  public void invoke(long[] slots, @Nullable Object[] refs) {
    store.machine.invoke(this, slots, refs);
  }

  /**
   * Calls the function with boxed arguments: Integer, Long, Float, Double, {@link V128}, or any
   * object or null for references.
   *
   * @throws IllegalArgumentException if number or types of the arguments are wrong
   */
  public @Nullable Object[] call(@Nullable Object... args) {
    return Boxing.call(this, args);
  }
}
