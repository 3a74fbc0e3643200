package dev.bysync.verify.frame;

import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which exceptions that legacy catches hold can still be thrown again behind a call: those of which
 * a {@code rethrow} can be reached without the catch being entered anew. Others need not come back
 * when a frame is resumed.
 */
final class Rethrows {
  private static final int[] NONE = {};

  private final FrameCode code;
  private final Paths paths;
  private final List<Integer> rows = new ArrayList<>();

  /** By row of a call: tries of the original. */
  private @Nullable Map<Integer, IntArray> held;

  /** By copy of the body: its tries, by those of the original; -1 for none. */
  private final Map<FrameCode, int[]> tries = new HashMap<>();

  /**
   * @param code the original's body
   * @param paths knows what follows what in it
   */
  Rethrows(FrameCode code, Paths paths) {
    this.code = code;
    this.paths = paths;
    for (int row = 0; row < code.size; row++) {
      if (code.kind[row] == FrameCode.RETHROW) {
        rows.add(row);
      }
    }
  }

  /**
   * The tries whose exceptions can be thrown again behind a call.
   *
   * @param copy the original's body, or a body that was made of it
   * @param row of the call in that one
   * @return tries of the copy, in the original's order
   */
  int[] behind(FrameCode copy, int row) {
    if (rows.isEmpty() || copy.origin[row] == FrameCode.ADDED) {
      return NONE;
    }
    Map<Integer, IntArray> known = held;
    if (known == null) {
      known = search();
      held = known;
    }
    IntArray here = known.get(code.rowAt(copy.origin[row]));
    if (here == null) {
      return NONE;
    }
    int[] names = tries.computeIfAbsent(copy, this::names);
    int[] all = new int[here.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = names[here.get(i)];
    }
    return all;
  }

  private int[] names(FrameCode copy) {
    int[] names = new int[code.parent.size()];
    for (int row = 0; row < copy.size; row++) {
      if (copy.kind[row] == FrameCode.RETHROW && copy.origin[row] != FrameCode.ADDED) {
        int here = code.rowAt(copy.origin[row]);
        if (here >= 0 && code.kind[here] == FrameCode.RETHROW) {
          names[code.x[here]] = copy.x[row];
        }
      }
    }
    return names;
  }

  /** Searches backward from the rethrows of each catch, to where it is entered. */
  private Map<Integer, IntArray> search() {
    int[] tryOf = tryOfClauses();
    int[][] before = new int[code.size][];
    int[][] clauses = new int[code.size][];
    int[] counts = new int[code.size];
    for (int row = 0; row < code.size; row++) {
      int from = row;
      paths.follow(
          row,
          (next, way) -> {
            int at = counts[next]++;
            int[] rowsBefore = before[next];
            if (rowsBefore == null || at == rowsBefore.length) {
              before[next] = rowsBefore == null ? new int[2] : Arrays.copyOf(rowsBefore, at * 2);
              clauses[next] =
                  rowsBefore == null ? new int[2] : Arrays.copyOf(clauses[next], at * 2);
            }
            before[next][at] = from;
            clauses[next][at] = code.isConditional(from) ? 0 : way;
          });
    }
    Map<Integer, IntArray> found = new HashMap<>();
    BitSet done = new BitSet();
    for (int rethrow : rows) {
      int t = code.x[rethrow];
      if (!done.get(t)) {
        done.set(t);
        for (int row : reaching(t, before, clauses, counts, tryOf)) {
          if (code.isCall(row)) {
            found.computeIfAbsent(row, key -> new IntArray()).add(t);
          }
        }
      }
    }
    return found;
  }

  private List<Integer> reaching(
      int t, int[][] before, int[][] clauses, int[] counts, int[] tryOf) {
    List<Integer> all = new ArrayList<>();
    BitSet seen = new BitSet();
    for (int row : rows) {
      if (code.x[row] == t) {
        seen.set(row);
        all.add(row);
      }
    }
    for (int i = 0; i < all.size(); i++) {
      int row = all.get(i);
      for (int k = 0; k < counts[row]; k++) {
        int clause = clauses[row][k] - 1;
        boolean isEntry = clause >= 0 && tryOf[clause] == t;
        if (!isEntry && !seen.get(before[row][k])) {
          seen.set(before[row][k]);
          all.add(before[row][k]);
        }
      }
    }
    return all;
  }

  private int[] tryOfClauses() {
    int[] tryOf = new int[code.clauseKind.size()];
    for (int t = 0; t < code.parent.size(); t++) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        tryOf[clause] = t;
      }
    }
    return tryOf;
  }
}
