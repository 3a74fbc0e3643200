package dev.bysync.interp;

/**
 * Is asked at each call that a store's functions make, before it is made, and may put it off: then
 * it gives zeros at once, and is made when the same place is come to again.
 */
@FunctionalInterface
public interface Interceptor {
  /** What becomes of a call. */
  enum Answer {
    /** It is made. */
    MAKE,
    /** It is put off: callee and arguments are kept, and its results are zeros and nulls. */
    PUT_OFF,
    /** What was put off last is made in its place. */
    MAKE_UP
  }

  /**
   * A call is about to be made. Exported functions may be called meanwhile.
   *
   * @param function the caller's index in its module
   * @param offset of the call instruction in the module, bytes
   * @param depth calls under way that count
   */
  Answer call(int function, int offset, int depth);
}
