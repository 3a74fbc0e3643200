package dev.bysync.bench.faults;

/**
 * An instruction of the transform's output.
 *
 * @param opcode dense
 * @param start offset of its first byte in the module
 * @param end offset behind its last
 * @param index its first index (label, function, local, global, table, tag, type), else 0
 * @param literal its constant or memory offset, else 0
 * @param origin where it comes from
 */
record Instruction(int opcode, int start, int end, int index, long literal, Origin origin) {
  /** Where an instruction comes from, by the transform's map of offsets. */
  enum Origin {
    COPIED,
    /** The original's, with a label that the transform wrote. */
    RELABELLED,
    ADDED
  }

  boolean is(int other) {
    return opcode == other;
  }

  boolean is(int other, int otherIndex) {
    return opcode == other && index == otherIndex;
  }

  boolean isAdded() {
    return origin == Origin.ADDED;
  }
}
