package dev.bysync.asyncify;

/** What a fault does to the transform's output, as a fault of the transform would. */
enum FaultKind {
  CHECK_DROPPED("the check after a call is dropped"),
  SITE_NUMBER("a site unwinds with the number of another"),
  LABELS_SWAPPED("two resume labels are swapped"),
  RESUME_SKIPPED("a function does not resume, but starts anew"),
  INNER_RESUME_SKIPPED("an inner region does not resume"),
  SELECTOR_KEPT("the number of the site to resume is not cleared"),
  CATCH_NOT_ENTERED("a legacy catch is not entered again"),
  LOCAL_NOT_SAVED("one live local is not saved"),
  LOCAL_NOT_RESTORED("one live local is not restored"),
  RESTORED_TO_OTHER("a local is restored to the wrong one"),
  OPERAND_NOT_KEPT("an operand under a call is not kept for its frame"),
  OPERAND_LOST("an operand under a call is not put back"),
  ARGUMENT_LOST("an argument of an import is not put back"),
  TABLE_INDEX_LOST("the index of an indirect call is not put back"),
  CATCH_PAYLOAD_LOST("what a legacy catch has caught is not put back"),
  STORED_ELSEWHERE("a value of a frame is stored over another"),
  LOADED_FROM_ELSEWHERE("a value of a frame is loaded from elsewhere"),
  STORED_OUTSIDE("a value is stored outside of the region"),
  PUSHED_SIZE("a frame is pushed with a wrong size"),
  POPPED_SIZE("a frame is popped with a wrong size"),
  POS_NOT_BACK("pos is not moved back"),
  POS_NOT_ON("pos is not moved on"),
  STATE_KEPT("the state is not reset"),
  STATE_WRONG("the wrong state is set"),
  DATA_NOT_SET("the structure's address is not noted"),
  REFERENCE_LOST("a reference is not taken out of its side table"),
  TAIL_RECORD_LOST("what a tail call notes is lost"),
  OVERFLOW_UNCHECKED("a frame is pushed without looking at the end"),
  CONTROL_UNCHECKED("the control functions don't look at the end"),
  /**
   * Equivalent for all that a module does: the slot holds a reference that nothing asks for any
   * more. What it costs is memory, and a reference that a collector can't take.
   */
  SLOT_NOT_FREED("the slot of a reference is not freed"),
  /**
   * Equivalent: whoever calls a function looks at the state before it looks at the result, or does
   * not instrument the call and traps or goes on as it would with any other value.
   */
  DUMMY_RESULT("another dummy result while unwinding");

  private final String words;

  FaultKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /** Whether it changes nothing that a module can do, so that it must not be found. */
  boolean isEquivalent() {
    return this == SLOT_NOT_FREED || this == DUMMY_RESULT;
  }
}
