package dev.bysync.interp;

import org.jspecify.annotations.Nullable;

/**
 * An exception of a module on its way, and the value of an {@code exnref}. Leaves {@link
 * WasmFunction#invoke} if nothing catches it; a host function may let it pass.
 */
public final class WasmThrow extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient WasmTag tag;
  private final transient long[] bits;
  private final transient @Nullable Object[] refs;

  /**
   * An exception with the values of its tag's parameters.
   *
   * @param bits a slot for each parameter, two for a vector; not to be changed afterwards
   * @param refs the references among the parameters, in the same slots
   */
  public WasmThrow(WasmTag tag, long[] bits, @Nullable Object[] refs) {
    super("uncaught exception", null, false, false);
    this.tag = tag;
    this.bits = bits;
    this.refs = refs;
  }

  public WasmTag tag() {
    return tag;
  }

  /** The slots of the parameters. */
  public long[] bits() {
    return bits;
  }

  /** The references among the parameters. */
  public @Nullable Object[] refs() {
    return refs;
  }
}
