package dev.bysync.verify.frame;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.OffsetMap;
import dev.bysync.wasm.module.IndexMap;
import dev.bysync.wasm.module.Module;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is what in the original: of a transformed module by the transform's map, of the original by
 * itself.
 */
final class Origins {
  /** What the transform added. */
  static final int ADDED = FrameCode.ADDED;

  private final int[] functions;
  private final int[] outputFunctions;
  private final int[] globals;
  private final int tables;
  private final OffsetMap offsets;
  private final boolean isOriginal;
  private final int[] invertedOutputs;
  private final int[] invertedOriginals;

  private Origins(
      int[] functions,
      int[] outputFunctions,
      int[] globals,
      int tables,
      OffsetMap offsets,
      boolean isOriginal) {
    this.functions = functions;
    this.outputFunctions = outputFunctions;
    this.globals = globals;
    this.tables = tables;
    this.offsets = offsets;
    this.isOriginal = isOriginal;
    int count = offsets.invertedCount();
    long[] pairs = new long[count];
    for (int i = 0; i < count; i++) {
      pairs[i] = (long) offsets.invertedOutput(i) << 32 | offsets.invertedOriginal(i);
    }
    Arrays.sort(pairs);
    invertedOutputs = new int[count];
    invertedOriginals = new int[count];
    for (int i = 0; i < count; i++) {
      invertedOutputs[i] = (int) (pairs[i] >>> 32);
      invertedOriginals[i] = (int) pairs[i];
    }
  }

  static Origins ofOriginal(Module original, CodeMap map) {
    int[] all = ascending(original.functionCount());
    return new Origins(
        canonical(original, map.indices()),
        all,
        ascending(original.globals().size()),
        original.tables().size(),
        new OffsetMap(),
        true);
  }

  static Origins ofOutput(Module original, Module output, CodeMap map) {
    int[] functions = added(output.functionCount());
    int[] outputs = new int[original.functionCount()];
    IndexMap indices = map.indices();
    for (int i = 0; i < original.functionCount(); i++) {
      outputs[i] = indices.function(i);
      functions[indices.function(i)] = i;
    }
    int[] globals = added(output.globals().size());
    for (int i = 0; i < original.globals().size(); i++) {
      globals[indices.global(i)] = i;
    }
    return new Origins(functions, outputs, globals, original.tables().size(), map.offsets(), false);
  }

  /** Imports that the output replaces by one function of its own are one. */
  private static int[] canonical(Module original, IndexMap indices) {
    int[] last = new int[original.functionCount()];
    Map<Integer, Integer> originals = new HashMap<>();
    for (int i = 0; i < last.length; i++) {
      originals.put(indices.function(i), i);
    }
    for (int i = 0; i < last.length; i++) {
      last[i] = Objects.requireNonNull(originals.get(indices.function(i)));
    }
    return last;
  }

  private static int[] added(int count) {
    int[] all = new int[count];
    Arrays.fill(all, ADDED);
    return all;
  }

  private static int[] ascending(int count) {
    int[] all = new int[count];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /** The original's index of a function of this module, or {@link #ADDED}. */
  int function(int index) {
    return functions[index];
  }

  /** The index in this module of a function of the original. */
  int here(int original) {
    return outputFunctions[original];
  }

  /** The original's index of a global of this module, or {@link #ADDED}. */
  int global(int index) {
    return globals[index];
  }

  boolean isAddedTable(int table) {
    return table >= tables;
  }

  /** A walk over the instructions of a body, in order. */
  Walk walk(int from) {
    return new Walk(from);
  }

  /** Tells the origin of one instruction after the other. */
  final class Walk {
    private int run;
    private int inverted;
    private boolean isInverted;

    private Walk(int from) {
      int low = 0;
      int high = offsets.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (offsets.output(middle) + offsets.length(middle) <= from) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      run = low;
      int at = Arrays.binarySearch(invertedOutputs, from);
      inverted = at < 0 ? -1 - at : at;
    }

    /** The offset in the original of the instruction at an offset here, or {@link #ADDED}. */
    int origin(int offset) {
      isInverted = false;
      if (isOriginal) {
        return offset;
      }
      while (inverted < invertedOutputs.length && invertedOutputs[inverted] < offset) {
        inverted++;
      }
      if (inverted < invertedOutputs.length && invertedOutputs[inverted] == offset) {
        isInverted = true;
        return invertedOriginals[inverted];
      }
      while (run < offsets.size() && offsets.output(run) + offsets.length(run) <= offset) {
        run++;
      }
      if (run == offsets.size() || offsets.output(run) > offset) {
        return ADDED;
      }
      return offsets.original(run) + offset - offsets.output(run);
    }

    /** Whether the last one is a br_if of the contrary in place of an if. */
    boolean isInverted() {
      return isInverted;
    }
  }
}
