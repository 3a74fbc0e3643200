package dev.bysync.interp;

/**
 * A call that was ended by a trap or a limit. {@link #detail} is in the specification's words;
 * {@link #function} and {@link #offset} say where.
 */
public final class Trap extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    UNREACHABLE,
    MEMORY_BOUNDS,
    TABLE_BOUNDS,
    ARRAY_BOUNDS,
    DIVIDE_BY_ZERO,
    INTEGER_OVERFLOW,
    INVALID_CONVERSION,
    UNDEFINED_ELEMENT,
    INDIRECT_CALL_TYPE,
    NULL_REFERENCE,
    CAST_FAILURE,
    /** An atomic access to an address that is no multiple of its size. */
    UNALIGNED,
    /** A wait on a memory that isn't shared. */
    NOT_SHARED,
    /** A wait that no other thread will ever end. */
    WAIT,
    /** Calls are nested too deeply. */
    DEPTH,
    /** Another limit of the store; the message names it. */
    LIMIT,
    /** Fuel ran out. */
    FUEL,
    /** {@link Store#cancel} was called. */
    CANCELLED
  }

  private final Kind kind;
  private final String detail;
  private final int function;
  private final int offset;

  /** A trap, for host functions to throw as well. */
  public Trap(Kind kind, String detail) {
    this(kind, detail, -1, -1);
  }

  Trap(Kind kind, String detail, int function, int offset) {
    super(
        function < 0
            ? detail
            : detail + " (function " + function + ", offset 0x" + Integer.toHexString(offset) + ")",
        null,
        false,
        false);
    this.kind = kind;
    this.detail = detail;
    this.function = function;
    this.offset = offset;
  }

  /** The same trap with its place, unless it has one. */
  Trap at(int inFunction, int atOffset) {
    return function >= 0 ? this : new Trap(kind, detail, inFunction, atOffset);
  }

  public Kind kind() {
    return kind;
  }

  /** What happened, without the place: {@code integer divide by zero}. */
  public String detail() {
    return detail;
  }

  /** Index of the function in its module, or -1 if it is unknown. */
  public int function() {
    return function;
  }

  /** The instruction's byte offset in the module, or -1 if it is unknown. */
  public int offset() {
    return offset;
  }
}
