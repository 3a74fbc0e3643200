package dev.bysync.verify.machine;

/**
 * Kinds of values that cross the border of an instance, as slots of 64 bits: one each, two for a
 * vector. Numbers are their bits, those of 32 bits in the low half, the high half being undefined.
 * A reference is -1 for null and any other number otherwise; identity is not kept.
 */
public enum ValueKind {
  I32,
  I64,
  F32,
  F64,
  V128,
  /** A reference that may be null. */
  NULLABLE,
  /** A reference to an external value that is never null. */
  EXTERNAL,
  /** Any other reference that is never null: a host can't make one. */
  REFERENCE;

  public boolean isReference() {
    return this == NULLABLE || this == EXTERNAL || this == REFERENCE;
  }

  public int slots() {
    return this == V128 ? 2 : 1;
  }

  /** The same for slots that mean the same: undefined halves cleared, one NaN for all. */
  public long canonical(long slot) {
    return switch (this) {
      case I32 -> (int) slot;
      case F32 -> {
        int bits = (int) slot;
        yield (bits & 0x7FFFFFFF) > 0x7F800000 ? 0x7FC00000 : bits;
      }
      case F64 -> (slot & Long.MAX_VALUE) > 0x7FF0000000000000L ? 0x7FF8000000000000L : slot;
      case I64, V128 -> slot;
      case NULLABLE, EXTERNAL, REFERENCE -> slot == -1 ? -1 : 0;
    };
  }
}
