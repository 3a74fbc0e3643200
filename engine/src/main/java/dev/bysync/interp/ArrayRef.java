package dev.bysync.interp;

import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/** An array: bytes for numbers and vectors, little endian, or references. */
public final class ArrayRef {
  private static final byte[] NO_BYTES = {};
  private static final @Nullable Object[] NO_REFS = {};

  final DefinedType type;
  final int length;
  final byte[] bytes;
  final @Nullable Object[] refs;

  ArrayRef(DefinedType type, int length) {
    this.type = type;
    this.length = length;
    int width = width(type.field(0));
    bytes = width == 0 ? NO_BYTES : new byte[length * width];
    refs = width == 0 ? new Object[length] : NO_REFS;
  }

  /** Number of elements. */
  public int length() {
    return length;
  }

  /** Bytes of an element of a storage type; 0 for references. */
  static int width(int storage) {
    return switch (storage) {
      case ValType.I8 -> 1;
      case ValType.I16 -> 2;
      case ValType.I32, ValType.F32 -> 4;
      case ValType.I64, ValType.F64 -> 8;
      case ValType.V128 -> 16;
      default -> 0;
    };
  }
}
