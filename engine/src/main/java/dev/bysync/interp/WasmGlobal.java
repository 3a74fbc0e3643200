package dev.bysync.interp;

import dev.bysync.wasm.module.Module.Mutability;
import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/** A global variable. Numbers are their bits, those of 32 bits sign-extended. */
public final class WasmGlobal implements Extern {
  final int type;
  final TypeSpace types;
  final Mutability mutability;
  long bits;

  /** The upper half of a vector. */
  long high;

  @Nullable Object ref;

  WasmGlobal(int type, TypeSpace types, Mutability mutability) {
    this.type = type;
    this.types = types;
    this.mutability = mutability;
  }

  /**
   * A global of a host.
   *
   * @param type a number type of {@link ValType}, or a reference type with an abstract heap type
   * @param bits its value; 0 for references, which start as null
   */
  public static WasmGlobal of(int type, Mutability mutability, long bits) {
    TypeSpace.checkHostType(type);
    WasmGlobal global = new WasmGlobal(type, TypeSpace.EMPTY, mutability);
    global.bits = type == ValType.I32 || type == ValType.F32 ? (int) bits : bits;
    return global;
  }

  /** The type as an int of {@link ValType}; indices are those of the defining module. */
  public int type() {
    return type;
  }

  public Mutability mutability() {
    return mutability;
  }

  /** The bits of a number, or of the lower half of a vector. */
  public long bits() {
    return bits;
  }

  /** The bits of the upper half of a vector. */
  public long highBits() {
    return high;
  }

  public @Nullable Object ref() {
    return ref;
  }
}
