package dev.bysync.verify.machine;

/** Why a call into an instance did not return. */
public enum TrapKind {
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
  /** An exception left the export uncaught. */
  EXCEPTION,
  /** The program asked to end, such as by {@code proc_exit}. */
  EXIT,
  /** A host function failed on purpose, such as {@code abort}. */
  ABORT,
  /** The host ended the call where the comparison ends. */
  HALT,
  /** The host found a difference. */
  DIFFERENCE,
  /** Fuel ran out. */
  FUEL,
  /** Calls are nested too deeply. */
  DEPTH,
  /** The call would wait for another thread, of which there is none. */
  WAIT,
  /** Too much memory is asked for at once. */
  MEMORY_LIMIT,
  /** The module can't be linked with what this host offers. */
  LINK,
  /** The machine failed inside. */
  FAULT,
  /** What runs the machine has no memory left. */
  EXHAUSTED,
  /** There is no room for the frames of a suspension. */
  NO_STACK;

  /**
   * Whether the machine's limits, rather than the program, ended the call: where that happens is
   * not part of the program's meaning. That it happens is, where the other module had less room.
   */
  public boolean isLimit() {
    return switch (this) {
      case FUEL, DEPTH, WAIT, MEMORY_LIMIT, LINK, FAULT, EXHAUSTED, NO_STACK -> true;
      default -> false;
    };
  }

  /** Whether it says nothing of the program at all, but of what runs it. */
  public boolean isFailure() {
    return this == FAULT || this == EXHAUSTED;
  }
}
