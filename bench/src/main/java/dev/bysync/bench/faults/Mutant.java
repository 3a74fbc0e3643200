package dev.bysync.bench.faults;

import java.util.Arrays;

/**
 * One fault at one place of the output.
 *
 * @param from offset of the first byte that is replaced; an instruction starts there
 * @param to offset behind the last
 * @param with what stands there instead; at least as long, where need be by nops
 * @param middle where the second of two swapped instructions starts; {@link #NO_SWAP} otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Mutant(Kind kind, int from, int to, byte[] with, int middle) {
  static final int NO_SWAP = -1;

  /** Bytes by which all behind it lies further back. */
  int growth() {
    return with.length - (to - from);
  }

  /** Where what starts at an offset of the good output starts in the mutant. */
  int place(int offset) {
    if (offset >= to) {
      return offset + growth();
    }
    if (middle == NO_SWAP || offset < from) {
      return offset;
    }
    return offset < middle ? offset + to - middle : offset - (middle - from);
  }

  /** Where copied runs may be cut in two. */
  int[] cuts() {
    return middle == NO_SWAP ? new int[] {from, to} : new int[] {from, middle, to};
  }

  /** Whether another mutant is the same module. */
  boolean isSame(Mutant other) {
    return from == other.from && to == other.to && Arrays.equals(with, other.with);
  }
}
