package dev.bysync.interp;

import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A table of references. */
public final class WasmTable implements Extern {
  private static final int MAX = 1 << 28;

  final Store store;
  final int type;
  final TypeSpace types;
  final Address address;
  final long max;
  @Nullable Object[] elements;
  int size;

  WasmTable(Store store, int type, TypeSpace types, Address address, long min, long max) {
    store.takeElements(min, MAX);
    this.store = store;
    this.type = type;
    this.types = types;
    this.address = address;
    this.max = max;
    this.size = (int) min;
    this.elements = new Object[size];
  }

  /**
   * A table of a host.
   *
   * @param type a reference type of {@link ValType} with an abstract heap type
   * @param max -1 if there is none
   */
  public static WasmTable of(Store store, int type, Address address, int min, long max) {
    TypeSpace.checkHostType(type);
    return new WasmTable(store, type, TypeSpace.EMPTY, address, min, max);
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  /** An element. */
  public @Nullable Object get(int index) {
    if (index < 0 || index >= size) {
      throw Traps.tableBounds();
    }
    return elements[index];
  }

  /** The former size, or -1 if the table can't grow by this much. */
  long grow(long more, @Nullable Object value) {
    int old = size;
    if (Long.compareUnsigned(more, MAX - old) > 0
        || (max != -1 && Long.compareUnsigned(old + more, max) > 0)
        || !store.tryElements(more)) {
      return -1;
    }
    int grown = old + (int) more;
    if (grown > elements.length) {
      elements = Arrays.copyOf(elements, Math.max(grown, Math.min(MAX, old + (old >> 1))));
    }
    Arrays.fill(elements, old, grown, value);
    size = grown;
    return old;
  }
}
