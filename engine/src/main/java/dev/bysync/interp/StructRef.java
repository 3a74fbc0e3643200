package dev.bysync.interp;

import org.jspecify.annotations.Nullable;

/** A structure: a slot for each field, two for a vector, with references beside the numbers. */
public final class StructRef {
  private static final long[] NO_BITS = {};
  private static final @Nullable Object[] NO_REFS = {};

  final DefinedType type;
  final long[] bits;
  final @Nullable Object[] refs;

  StructRef(DefinedType type, int slots, boolean numbers, boolean references) {
    this.type = type;
    bits = numbers ? new long[slots] : NO_BITS;
    refs = references ? new Object[slots] : NO_REFS;
  }
}
