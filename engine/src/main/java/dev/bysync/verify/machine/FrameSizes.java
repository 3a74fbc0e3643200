package dev.bysync.verify.machine;

/**
 * What the calls that are under way in an instance hold: the bytes of their functions' parameters
 * and locals, a reference being counted as four.
 *
 * @param calls how many there are, -1 if the machine can't tell
 * @param bytes of all of them
 * @param largest of the one with the most
 */
public record FrameSizes(int calls, long bytes, int largest) {
  /** Of a machine that can't tell. */
  public static final FrameSizes UNKNOWN = new FrameSizes(-1, 0, 0);

  public boolean isKnown() {
    return calls >= 0;
  }

  /** The same with one call more, of a function with so many bytes. */
  public FrameSizes plus(int more) {
    return new FrameSizes(calls + 1, bytes + more, Math.max(largest, more));
  }
}
