package dev.bysync.analysis;

/** Why a function is instrumented, or is not. */
public enum Cause {
  /** It calls a function that may suspend. */
  CALLS("calls"),
  /** It makes an indirect call that can reach a function of the module that may suspend. */
  CALLS_INDIRECTLY("calls indirectly"),
  /** It makes an indirect call that can reach a function of the host. */
  CALLS_HOST("calls indirectly what the host may have supplied"),
  /** It is in the add-list. */
  ADD_LIST("is in the add-list"),
  /** It is in the only-list. */
  ONLY_LIST("is in the only-list"),
  /** An imported function that may suspend. */
  IMPORT("is an import that may suspend"),

  /** An imported function that is said not to suspend. */
  IGNORED_IMPORT("is an import that is said not to suspend"),
  /** An import from {@code asyncify}, in whose place a control function comes. */
  CONTROL("is a control function"),
  /** It starts unwinding or ends rewinding: it suspends, and is the runtime's top. */
  TOP_MOST("is top-most runtime: it calls asyncify.start_unwind or stop_rewind"),
  /** It ends unwinding or starts rewinding: nothing gets past it. */
  BOTTOM_MOST("is bottom-most runtime: it calls asyncify.stop_unwind or start_rewind"),
  /** It is in the remove-list. */
  REMOVE_LIST("is in the remove-list"),
  /** There is an only-list, and it is not in it. */
  NOT_LISTED("is not in the only-list"),
  /** It can't get to anything that suspends. */
  NOTHING("reaches nothing that may suspend");

  private final String words;

  Cause(String words) {
    this.words = words;
  }

  /** A predicate for people, to follow the function's name. */
  public String words() {
    return words;
  }
}
