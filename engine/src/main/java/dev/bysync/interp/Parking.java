package dev.bysync.interp;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a function of the host to put all calls that are under way in its store aside: {@link
 * WasmFunction#invoke} ends with it, and the store can be used for other calls. {@link #resume}
 * goes on where it was thrown, in any order with other parked calls: the function of the host is
 * called again, with the same arguments, and may return, throw, or park again.
 *
 * <p>Only a function that was called by the outermost call of the store can park; another one's
 * exception just ends the calls. What the calls share with others (memories, tables, globals) is
 * not put aside.
 */
public final class Parking extends RuntimeException {
  private static final long serialVersionUID = 1L;

  // where the machine was; the function of the host, the slot of its first argument
  transient @Nullable WasmFunction callee;
  int at;

  // the call that was parked: its function, the slot of its arguments and results
  transient @Nullable WasmFunction entry;
  int base;

  // the stack, taken over from the machine
  transient long[] slots = {};
  transient @Nullable Object[] refs = {};
  transient WasmFunction[] callers = {};
  transient long[] places = {};
  int depth;
  int uncounted;
  int outer;
  boolean watched;
  transient @Nullable WasmFunction function;
  int word;
  int frame;

  public Parking() {
    super("the calls are parked", null, false, false);
  }

  /** Whether the calls were put aside, and have not been resumed yet. */
  public boolean isParked() {
    return entry != null;
  }

  /**
   * Goes on with the calls until they end.
   *
   * @param results slots for the results, at least {@link FunctionType#slots} of the function that
   *     was called
   * @param refs the references among them
   * @throws IllegalStateException if nothing is parked, or another call of the store is under way
   * @throws Parking if a function of the host parks them again
   * @throws Trap as {@link WasmFunction#invoke}
   * @throws WasmThrow as {@link WasmFunction#invoke}
   */
  public void resume(long[] results, @Nullable Object[] refs) {
    WasmFunction parked = entry;
    if (parked == null) {
      throw new IllegalStateException("nothing is parked");
    }
    parked.store.machine.resume(this, results, refs);
  }
}
