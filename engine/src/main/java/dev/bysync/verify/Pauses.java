package dev.bysync.verify;

import java.util.Arrays;

/**
 * Which calls of the host suspend in one session, and in how large a stack: arrays parallel to the
 * session's trace.
 *
 * @param times how many times in a row each call suspends
 * @param use bytes of the frames of each call that was suspended, -1 if it never was: written by
 *     whoever suspends
 * @param room how large the stacks are
 * @param bytes their size, where {@link Room#TOO_SMALL}
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose
record Pauses(byte[] times, int[] use, Room room, int bytes) {
  /** How large the stacks are that calls suspend in. */
  enum Room {
    /** As large as may be. */
    AMPLE,
    /** As large as the frames were before, where that is known. */
    EXACT,
    /** Smaller than that. */
    TOO_SMALL
  }

  static Pauses of(byte[] times, int[] use, Room room) {
    return new Pauses(times, use, room, 0);
  }

  /** One call alone, in a stack that is too small for it. */
  static Pauses tooSmall(int calls, int call, int bytes) {
    byte[] times = new byte[calls];
    times[call] = 1;
    return new Pauses(times, unknown(calls), Room.TOO_SMALL, bytes);
  }

  /** What is known of the frames before anything was suspended. */
  static int[] unknown(int calls) {
    int[] use = new int[calls];
    Arrays.fill(use, -1);
    return use;
  }

  boolean isTooSmall() {
    return room == Room.TOO_SMALL;
  }

  /** The size of the stack that a call suspends in, as {@link Region#borrow} wants it. */
  int room(int call) {
    return switch (room) {
      case AMPLE -> Region.AMPLE;
      case EXACT -> use[call] < 0 ? Region.AMPLE : use[call];
      case TOO_SMALL -> bytes;
    };
  }
}
