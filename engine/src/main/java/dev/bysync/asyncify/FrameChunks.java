package dev.bysync.asyncify;

import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;

/**
 * The locals of a frame, cut into runs of one type that one helper call pushes or pops; the run
 * with the site's number is pushed last. A reference is in its frame as the number of its slot in
 * {@link RefTables}, an i32.
 */
final class FrameChunks {
  /** How long runs are: every length that occurs takes two helpers. */
  enum Cut {
    /** A power of two: few helpers serve all bodies. */
    POWERS_OF_TWO,
    /**
     * As many as there are of the most frequent type, i32: pays where many bodies share helpers.
     */
    WHOLE;

    /** Instrumented functions from which on the calls saved are more than the helpers added. */
    private static final int MANY = 200;

    static Cut of(int instrumentedFunctions) {
      return instrumentedFunctions < MANY ? POWERS_OF_TWO : WHOLE;
    }
  }

  private static final int[] ORDER = {
    ValType.V128, ValType.F64, ValType.F32, ValType.I64, ValType.I32
  };

  private final List<int[]> locals = new ArrayList<>();
  private final List<List<Integer>> types = new ArrayList<>();

  /**
   * @param saved the locals to save
   * @param numbered whether the site's number, which stands in {@code number}, is saved on top
   */
  static FrameChunks of(int[] saved, SpillPlan spills, Cut cut, boolean numbered, int number) {
    FrameChunks chunks = new FrameChunks();
    for (int type : ORDER) {
      List<Integer> same = new ArrayList<>();
      for (int local : saved) {
        if (frameType(spills.localType(local)) == type) {
          same.add(local);
        }
      }
      if (type == ValType.I32 && numbered) {
        same.add(number);
      }
      chunks.cut(same, type, cut, type == ValType.I32 && numbered);
    }
    return chunks;
  }

  /** What stands in a frame for a local; {@link ValType#BOTTOM} if nothing need. */
  private static int frameType(int type) {
    if (!ValType.isRef(type)) {
      return type;
    }
    return RefTables.isAlwaysNull(type) ? ValType.BOTTOM : ValType.I32;
  }

  /** Cuts off from the front; the number, last in the list, becomes first in its run. */
  private void cut(List<Integer> same, int type, Cut cut, boolean numbered) {
    int at = 0;
    while (at < same.size()) {
      int left = same.size() - at;
      boolean whole = cut == Cut.WHOLE && type == ValType.I32;
      int length = Math.min(longest(type), whole ? left : Integer.highestOneBit(left));
      int[] run = new int[length];
      boolean last = numbered && at + length == same.size();
      for (int i = 0; i < length; i++) {
        run[(i + (last ? 1 : 0)) % length] = same.get(at + i);
      }
      locals.add(run);
      List<Integer> runTypes = new ArrayList<>();
      for (int i = 0; i < length; i++) {
        runTypes.add(type);
      }
      types.add(runTypes);
      at += length;
    }
  }

  private static int longest(int type) {
    return switch (type) {
      case ValType.I32 -> 16;
      case ValType.V128 -> 2;
      default -> 4;
    };
  }

  int size() {
    return locals.size();
  }

  /** The locals of a run in the order of the helper's parameters. */
  int[] locals(int chunk) {
    return locals.get(chunk);
  }

  /** Bytes of all runs on the asyncify stack. */
  int bytes() {
    int bytes = 0;
    for (List<Integer> run : types) {
      bytes += StackHelpers.size(run);
    }
    return bytes;
  }

  List<Integer> types(int chunk) {
    return types.get(chunk);
  }
}
