package dev.bysync.asyncify;

import dev.bysync.wasm.module.IntArray;
import java.util.function.IntUnaryOperator;

/**
 * Where the original's instructions are in the output: runs of bytes that were copied from one to
 * the other, in the output's order. What was written anew in place of an instruction (a branch,
 * whose label lies elsewhere now) stands right behind the run of what came before it. A body that
 * was written twice is in it twice.
 *
 * <p>Made empty and filled by {@link Asyncify#transform(byte[], AsyncifyOptions, OffsetMap)}.
 */
public final class OffsetMap {
  private final IntArray from = new IntArray();
  private final IntArray to = new IntArray();
  private final IntArray lengths = new IntArray();

  // ifs that became a br_if of the contrary, by the offset of their instruction
  private final IntArray invertedFrom = new IntArray();
  private final IntArray invertedTo = new IntArray();

  void add(int original, int output, int length) {
    from.add(original);
    to.add(output);
    lengths.add(length);
  }

  /** Notes an {@code if} in whose place there is a {@code br_if} past its first branch. */
  void addInverted(int original, int output) {
    invertedFrom.add(original);
    invertedTo.add(output);
  }

  /** Adds another's runs, which count from a place in this one's output. */
  void addAll(OffsetMap other, int place) {
    for (int run = 0; run < other.size(); run++) {
      add(other.from.get(run), other.to.get(run) + place, other.lengths.get(run));
    }
    for (int i = 0; i < other.invertedFrom.size(); i++) {
      addInverted(other.invertedFrom.get(i), other.invertedTo.get(i) + place);
    }
  }

  void shift(int distance) {
    for (int run = 0; run < size(); run++) {
      to.set(run, to.get(run) + distance);
    }
    for (int i = 0; i < invertedTo.size(); i++) {
      invertedTo.set(i, invertedTo.get(i) + distance);
    }
  }

  /**
   * The map of an output that was edited.
   *
   * @param cuts offsets of this map's output, ascending, at which runs are cut in two
   * @param place where what starts at an offset of this map's output starts now
   */
  public OffsetMap moved(int[] cuts, IntUnaryOperator place) {
    OffsetMap moved = new OffsetMap();
    for (int run = 0; run < size(); run++) {
      int from = output(run);
      int end = from + length(run);
      int distance = original(run) - from;
      for (int cut : cuts) {
        if (cut > from && cut < end) {
          moved.add(from + distance, place.applyAsInt(from), cut - from);
          from = cut;
        }
      }
      moved.add(from + distance, place.applyAsInt(from), end - from);
    }
    for (int i = 0; i < invertedTo.size(); i++) {
      moved.addInverted(invertedFrom.get(i), place.applyAsInt(invertedTo.get(i)));
    }
    return moved;
  }

  /** Number of ifs that became a br_if of the contrary. */
  public int invertedCount() {
    return invertedFrom.size();
  }

  /** Offset in the original of an {@code if} that was inverted. */
  public int invertedOriginal(int index) {
    return invertedFrom.get(index);
  }

  /** Offset in the output of the {@code br_if} in its place. */
  public int invertedOutput(int index) {
    return invertedTo.get(index);
  }

  /** Number of runs. */
  public int size() {
    return from.size();
  }

  /** Offset in the original of a run's first byte. */
  public int original(int run) {
    return from.get(run);
  }

  /** Offset in the output of a run's first byte; ascending with the runs. */
  public int output(int run) {
    return to.get(run);
  }

  /** Bytes of a run in the original. */
  public int length(int run) {
    return lengths.get(run);
  }
}
