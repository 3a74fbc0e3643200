package dev.bysync.interp;

/** The traps of the specification, worded as its test suite has them. */
final class Traps {
  private Traps() {}

  static Trap memoryBounds() {
    return new Trap(Trap.Kind.MEMORY_BOUNDS, "out of bounds memory access");
  }

  static Trap tableBounds() {
    return new Trap(Trap.Kind.TABLE_BOUNDS, "out of bounds table access");
  }

  static Trap arrayBounds() {
    return new Trap(Trap.Kind.ARRAY_BOUNDS, "out of bounds array access");
  }

  static Trap divideByZero() {
    return new Trap(Trap.Kind.DIVIDE_BY_ZERO, "integer divide by zero");
  }

  static Trap overflow() {
    return new Trap(Trap.Kind.INTEGER_OVERFLOW, "integer overflow");
  }

  static Trap invalidConversion() {
    return new Trap(Trap.Kind.INVALID_CONVERSION, "invalid conversion to integer");
  }

  static Trap unreachable() {
    return new Trap(Trap.Kind.UNREACHABLE, "unreachable");
  }

  static Trap nullReference(String what) {
    return new Trap(Trap.Kind.NULL_REFERENCE, "null " + what + "reference");
  }

  static Trap castFailure() {
    return new Trap(Trap.Kind.CAST_FAILURE, "cast failure");
  }

  static Trap undefinedElement() {
    return new Trap(Trap.Kind.UNDEFINED_ELEMENT, "undefined element");
  }

  static Trap uninitializedElement(long index) {
    return new Trap(Trap.Kind.UNDEFINED_ELEMENT, "uninitialized element " + index);
  }

  static Trap indirectCallType() {
    return new Trap(Trap.Kind.INDIRECT_CALL_TYPE, "indirect call type mismatch");
  }

  static Trap depth() {
    return new Trap(Trap.Kind.DEPTH, "call stack exhausted");
  }

  static Trap limit(String detail) {
    return new Trap(Trap.Kind.LIMIT, detail);
  }
}
