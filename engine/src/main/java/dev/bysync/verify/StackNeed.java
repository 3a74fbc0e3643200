package dev.bysync.verify;

import dev.bysync.verify.machine.FrameSizes;
import dev.bysync.verify.machine.Machine;

/**
 * What the frames of a suspension can take at most. A frame keeps parameters and locals of a call
 * that is under way, and a little beside them; so a stack with room for all of them twice over is
 * never too small, whatever a module says.
 *
 * @param bytes of all frames together; {@link #UNKNOWN} where the machine can't tell
 * @param largest of a single frame
 */
record StackNeed(long bytes, int largest) {
  private static final long UNKNOWN = -1;

  /** A tool may align what it keeps. */
  private static final int FACTOR = 2;

  /** A site's number and the like, for each frame. */
  private static final int MORE = 32;

  /** For frames of calls that are gone: tail calls' arguments. */
  private static final int ONCE = 4096;

  /** Of the calls that are under way now. */
  static StackNeed of(Machine machine) {
    FrameSizes sizes = machine.frameSizes();
    if (!sizes.isKnown()) {
      return new StackNeed(UNKNOWN, 0);
    }
    return new StackNeed(
        FACTOR * sizes.bytes() + (long) MORE * sizes.calls() + ONCE,
        (int) Math.min(Integer.MAX_VALUE, (long) FACTOR * sizes.largest() + MORE + ONCE));
  }

  boolean isKnown() {
    return bytes != UNKNOWN;
  }

  /** Whether frames may not fit into so many bytes. */
  boolean mayExceed(long room) {
    return bytes > room;
  }
}
