package dev.bysync.asyncify;

import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;

/**
 * The locals of a frame, cut into runs that one helper call pushes or pops. Runs are powers of two
 * of one type, so that few helpers serve all bodies; the run with the site's number is pushed last.
 */
final class FrameChunks {
  private static final int[] ORDER = {
    ValType.V128, ValType.F64, ValType.F32, ValType.I64, ValType.I32
  };

  private final List<int[]> locals = new ArrayList<>();
  private final List<List<Integer>> types = new ArrayList<>();

  /**
   * @param saved the locals to save
   * @param numbered whether the site's number, which stands in {@code number}, is saved on top
   */
  static FrameChunks of(int[] saved, SpillPlan spills, boolean numbered, int number) {
    FrameChunks chunks = new FrameChunks();
    for (int type : ORDER) {
      List<Integer> same = new ArrayList<>();
      for (int local : saved) {
        if (spills.localType(local) == type) {
          same.add(local);
        }
      }
      if (type == ValType.I32 && numbered) {
        same.add(number);
      }
      chunks.cut(same, type, type == ValType.I32 && numbered);
    }
    return chunks;
  }

  /** Cuts off from the front; the number, last in the list, becomes first in its run. */
  private void cut(List<Integer> same, int type, boolean numbered) {
    int at = 0;
    while (at < same.size()) {
      int length = Math.min(longest(type), Integer.highestOneBit(same.size() - at));
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
