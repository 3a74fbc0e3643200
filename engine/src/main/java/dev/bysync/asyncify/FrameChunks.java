package dev.bysync.asyncify;

import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

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
    private static final int MANY = 100;

    static Cut of(int instrumentedFunctions) {
      return instrumentedFunctions < MANY ? POWERS_OF_TWO : WHOLE;
    }

    /** Whether so many values of type i32 are one run. */
    boolean takes(int length) {
      return length <= LONGEST && (this == WHOLE || Integer.bitCount(length) == 1);
    }
  }

  private static final int[] ORDER = {
    ValType.V128, ValType.F64, ValType.F32, ValType.I64, ValType.I32
  };

  private static final int LONGEST = 16;

  /** The types of a run by its type, as in {@link #ORDER}, and its length. */
  private static final List<List<List<Integer>>> RUNS =
      Arrays.stream(ORDER)
          .mapToObj(
              type ->
                  IntStream.rangeClosed(0, LONGEST)
                      .mapToObj(length -> List.copyOf(Collections.nCopies(length, type)))
                      .toList())
          .toList();

  private static final FrameChunks EMPTY = new FrameChunks();

  private final List<int[]> locals = new ArrayList<>(2);
  private final List<List<Integer>> types = new ArrayList<>(2);

  /**
   * @param saved the locals to save
   * @param numbered whether the site's number, which stands in {@code number}, is saved on top
   */
  static FrameChunks of(int[] saved, SpillPlan spills, Cut cut, boolean numbered, int number) {
    if (saved.length == 0 && !numbered) {
      return EMPTY;
    }
    int[] counts = new int[ORDER.length];
    for (int local : saved) {
      int order = order(frameType(spills.localType(local)));
      if (order >= 0) {
        counts[order]++;
      }
    }
    FrameChunks chunks = new FrameChunks();
    for (int order = 0; order < ORDER.length; order++) {
      boolean last = numbered && ORDER[order] == ValType.I32;
      int[] same = new int[counts[order] + (last ? 1 : 0)];
      if (same.length > 0) {
        int at = 0;
        for (int local : saved) {
          if (frameType(spills.localType(local)) == ORDER[order]) {
            same[at++] = local;
          }
        }
        if (last) {
          same[at] = number;
        }
        chunks.cut(same, order, cut, last);
      }
    }
    return chunks;
  }

  private static int order(int type) {
    return switch (type) {
      case ValType.V128 -> 0;
      case ValType.F64 -> 1;
      case ValType.F32 -> 2;
      case ValType.I64 -> 3;
      case ValType.I32 -> 4;
      default -> -1;
    };
  }

  /** What stands in a frame for a local; {@link ValType#BOTTOM} if nothing need. */
  static int frameType(int type) {
    if (!ValType.isRef(type)) {
      return type;
    }
    return RefTables.isAlwaysNull(type) ? ValType.BOTTOM : ValType.I32;
  }

  /** Cuts off from the front; the number, last in the list, becomes first in its run. */
  private void cut(int[] same, int order, Cut cut, boolean numbered) {
    int type = ORDER[order];
    int at = 0;
    while (at < same.length) {
      int left = same.length - at;
      boolean whole = cut == Cut.WHOLE && type == ValType.I32;
      int length = Math.min(longest(type), whole ? left : Integer.highestOneBit(left));
      int[] run = new int[length];
      boolean last = numbered && at + length == same.length;
      for (int i = 0; i < length; i++) {
        run[(i + (last ? 1 : 0)) % length] = same[at + i];
      }
      locals.add(run);
      types.add(RUNS.get(order).get(length));
      at += length;
    }
  }

  /**
   * These runs and then others, which lie above them in the frame: neighbours of type i32 become
   * one run, as long as a push takes.
   */
  FrameChunks then(FrameChunks above, Cut cut) {
    FrameChunks joined = new FrameChunks();
    joined.locals.addAll(locals);
    joined.types.addAll(types);
    for (int chunk = 0; chunk < above.size(); chunk++) {
      int last = joined.size() - 1;
      int[] run = above.locals(chunk);
      int length = last < 0 ? 0 : joined.locals(last).length + run.length;
      if (last >= 0
          && cut.takes(length)
          && joined.types(last).get(0) == ValType.I32
          && above.types(chunk).get(0) == ValType.I32) {
        int[] both = Arrays.copyOf(run, length);
        System.arraycopy(joined.locals(last), 0, both, run.length, length - run.length);
        joined.locals.set(last, both);
        joined.types.set(last, RUNS.get(order(ValType.I32)).get(length));
      } else {
        joined.locals.add(run);
        joined.types.add(above.types(chunk));
      }
    }
    return joined;
  }

  private static int longest(int type) {
    return switch (type) {
      case ValType.I32 -> LONGEST;
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
