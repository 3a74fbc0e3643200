package dev.bysync.verify.frame;

import java.util.List;

/**
 * What a frame does, in order; {@link FrameReplay} tells all of the original first, then all of the
 * output.
 *
 * <p>Values are written as numbers, or as the names of what nobody has computed: {@code p0} is a
 * parameter, {@code l3} what a local held at the start, {@code r2} the result of the third call,
 * {@code v1a2b3c} anything that was computed of others; {@code not} stands before a condition that
 * was turned round.
 */
public sealed interface FrameEvent {
  /** Whose frame. */
  enum Side {
    ORIGINAL,
    OUTPUT
  }

  /**
   * An instruction.
   *
   * @param side whose it is
   * @param function in the index space of that module
   * @param offset byte offset in that module
   * @param origin byte offset of the same in the original; -1 if the transform added it
   */
  record Place(Side side, int function, int offset, int origin) {}

  /**
   * Something was compared without being executed.
   *
   * @param what for people
   * @param difference for people; empty if there is none
   */
  record Compared(String what, String difference) implements FrameEvent {}

  /**
   * A function is entered.
   *
   * @param function in the index space of that module
   */
  record Entered(Side side, int function, List<String> arguments) implements FrameEvent {}

  /**
   * A function of the program is called. While rewinding it is the call that was suspended.
   *
   * @param callee in the original's index space; -1 if an operand names it, which is the last of
   *     the arguments
   */
  record Called(Place place, int callee, List<String> arguments) implements FrameEvent {}

  /** A call returns. */
  record Answered(Place place, List<String> results) implements FrameEvent {}

  /**
   * A call throws.
   *
   * @param tag -2 for one that the module has no tag for
   */
  record Thrown(Place place, int tag) implements FrameEvent {}

  /**
   * A conditional branch.
   *
   * @param condition the value that it asks
   * @param way as in {@link FramePath.Way}; -1 if there must be no branch here
   * @param direction the same in words
   */
  record Branched(Place place, String condition, int way, String direction) implements FrameEvent {}

  /** Any other effect: a store, a global that is set, a table that is changed, a throw. */
  record Did(Place place, List<String> operands) implements FrameEvent {}

  /**
   * The frame ends, otherwise than by being suspended.
   *
   * @param how {@code returns} or {@code traps}
   */
  record Ended(Place place, String how, List<String> results) implements FrameEvent {}

  // ---- a suspension: of the output only ----

  /** The stack that a frame is put in. */
  enum Room {
    /** Has room to spare. */
    AMPLE,
    /** Lacks a byte. */
    TOO_SMALL,
    /** Ends where all addresses do. */
    AT_THE_END,
    /** Is just as large as the frame. */
    EXACT
  }

  /** The callee at a site comes back unwinding. */
  record Unwinding(Place place, Room room) implements FrameEvent {}

  /**
   * A value goes into the frame.
   *
   * @param at bytes from the frame's start
   */
  record Pushed(Place place, int at, String value) implements FrameEvent {}

  /**
   * The function has put its frame away, or has not.
   *
   * @param how it ended
   * @param pos in the asyncify structure: bytes from the frame's start, or an address in
   *     hexadecimal digits if it is far from there
   */
  record Unwound(Room room, String how, String pos) implements FrameEvent {}

  /** The function is called again, with arguments that are rubbish, to rewind. */
  record Rewinding(int function, List<String> arguments) implements FrameEvent {}

  /**
   * A value comes out of the frame.
   *
   * @param at bytes from the frame's start
   */
  record Popped(Place place, int at, String value) implements FrameEvent {}

  /**
   * A local or an operand when the frame is at its site again.
   *
   * @param name {@code local 3} or {@code operand 0}
   * @param was when it was suspended
   * @param is now
   * @param isLive whether anything can read it from here on
   */
  record Held(String name, String was, String is, boolean isLive) {}

  /** The frame is at its site again: what it holds that it did not hold before. */
  record Back(Place place, List<Held> others) implements FrameEvent {}

  /**
   * Rewinding was stopped, and the frame is as it was.
   *
   * @param pos in the asyncify structure: bytes from the frame's start, or an address in
   *     hexadecimal digits if it is far from there
   */
  record Resumed(String pos) implements FrameEvent {}
}
