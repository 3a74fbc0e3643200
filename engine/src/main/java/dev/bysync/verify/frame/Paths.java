package dev.bysync.verify.frame;

import dev.bysync.wasm.module.Module;
import java.util.Arrays;

/**
 * Leads the original's body along paths that come to every site. Conditions are not asked: any path
 * of the control flow graph will do, since both modules are led the same way (forced execution:
 * Peng et al., X-Force, USENIX Security 2014).
 *
 * <p>The first path, and what follows behind a site that was wanted, goes at each branch where it
 * has been least. Towards a site that is still missing it goes by the shortest way from the entry,
 * of which one search over the graph finds all.
 */
final class Paths {
  private final FrameCode code;
  private final Module module;
  private final int[] visits;

  /** By row: the row before it on the shortest way, and the way taken there. */
  private int[] before = {};

  private int[] wayBefore = {};

  // what has to be done first, in order of the rows where it is done
  private int[] wantedRows = {};
  private int[] wantedWays = {};
  private int next;
  private long random;

  Paths(FrameCode code, Module module, long seed) {
    this.code = code;
    this.module = module;
    visits = new int[code.size + 1];
    random = Terms.mix(seed);
  }

  /** The next path is free from the start. */
  void free() {
    wantedRows = new int[0];
    next = 0;
  }

  /** Whether a row can be reached from the entry at all. */
  boolean isReachable(int row) {
    search();
    return before[row] != -1;
  }

  /** The next path goes to this row first. */
  void to(int row) {
    search();
    int count = 0;
    for (int at = row; at != 0; at = before[at]) {
      count += isChoice(before[at]) ? 1 : 0;
    }
    wantedRows = new int[count];
    wantedWays = new int[count];
    int thrown = NO_TAG; // what a later rethrow must have
    for (int at = row; at != 0; at = before[at]) {
      int from = before[at];
      if (isRethrow(from)) {
        thrown = tagFor(from, wayBefore[at] - 1);
      } else if (isChoice(from)) {
        wantedRows[--count] = from;
        wantedWays[count] = wayBefore[at];
        if (code.isCall(from) && wayBefore[at] > 0) {
          int clause = wayBefore[at] - 1;
          boolean fits = thrown != NO_TAG && catching(from, thrown) == clause;
          wantedWays[count] = FIRST_TAG + (fits ? thrown : tagFor(from, clause));
          thrown = NO_TAG;
        }
      }
    }
    next = 0;
  }

  private boolean isRethrow(int row) {
    return code.kind[row] == FrameCode.RETHROW || code.kind[row] == FrameCode.THROW_REF;
  }

  private boolean isChoice(int row) {
    return code.isConditional(row) || (code.isCall(row) && code.region[row] >= 0);
  }

  /** The way to go at a conditional branch. */
  int choose(int row) {
    int wanted = wanted(row);
    int chosen = wanted >= 0 ? wanted : leastVisited(row);
    visits[code.successor(row, chosen)]++;
    return chosen;
  }

  private int wanted(int row) {
    return next < wantedRows.length && wantedRows[next] == row ? wantedWays[next++] : -1;
  }

  private int leastVisited(int row) {
    int count = code.wayCount(row);
    random = Terms.mix(random);
    int first = (int) Long.remainderUnsigned(random, count);
    int best = first;
    for (int i = 1; i < count; i++) {
      int way = (first + i) % count;
      if (visits[code.successor(row, way)] < visits[code.successor(row, best)]) {
        best = way;
      }
    }
    return best;
  }

  /** What a call does: 0 to return, else to throw a tag's exception, plus {@link #FIRST_TAG}. */
  int chooseThrow(int row) {
    int wanted = wanted(row);
    if (wanted >= 0) {
      return wanted;
    }
    for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        int target = code.target.get(code.clauseBranch.get(clause));
        int tag = tagFor(row, clause);
        if (visits[target] == 0 && next == wantedRows.length && tag != NO_TAG) {
          visits[target]++;
          return FIRST_TAG + tag;
        }
      }
    }
    return 0;
  }

  /** Way of a call that throws tag 0. */
  static final int FIRST_TAG = 4;

  private static final int NO_TAG = -3;

  /** A tag whose exceptions come to a clause from a row; {@link #NO_TAG} if there is none. */
  private int tagFor(int row, int clause) {
    int tag = code.clauseTag.get(clause);
    if (tag >= 0) {
      return catching(row, tag) == clause ? tag : NO_TAG;
    }
    for (int other = 0; other < module.tagCount(); other++) {
      if (catching(row, other) == clause) {
        return other;
      }
    }
    return catching(row, FrameMachine.FOREIGN) == clause ? FrameMachine.FOREIGN : NO_TAG;
  }

  /** The clause that catches a tag's exception thrown at a row, or -1. */
  private int catching(int row, int tag) {
    for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        int wanted = code.clauseTag.get(clause);
        if (wanted < 0 || wanted == tag) {
          return clause;
        }
      }
    }
    return -1;
  }

  // ---- shortest ways ----

  private void search() {
    if (before.length > 0) {
      return;
    }
    before = new int[code.size];
    wayBefore = new int[code.size];
    Arrays.fill(before, -1);
    int[] queue = new int[code.size];
    int head = 0;
    before[0] = 0;
    tail = 1;
    while (head < tail) {
      int row = queue[head++];
      switch (code.kind[row]) {
        case FrameCode.GOTO -> reach(queue, code.target.get(code.x[row]), row, 0);
        case FrameCode.RETURN,
            FrameCode.UNREACHABLE,
            FrameCode.TAIL_CALL,
            FrameCode.TAIL_CALL_INDIRECT,
            FrameCode.TAIL_CALL_REF -> {}
        case FrameCode.THROW -> {
          int clause = catching(row, code.x[row]);
          if (clause >= 0) {
            reach(queue, code.target.get(code.clauseBranch.get(clause)), row, 0);
          }
        }
        case FrameCode.THROW_REF, FrameCode.RETHROW -> reachClauses(queue, row);
        case FrameCode.CALL, FrameCode.CALL_INDIRECT, FrameCode.CALL_REF -> {
          reach(queue, row + 1, row, 0);
          reachClauses(queue, row);
        }
        default -> {
          if (code.isConditional(row)) {
            for (int way = 0; way < code.wayCount(row); way++) {
              reach(queue, code.successor(row, way), row, way);
            }
          } else {
            reach(queue, row + 1, row, 0);
          }
        }
      }
    }
  }

  private int tail;

  private void reach(int[] queue, int row, int from, int way) {
    if (before[row] == -1) {
      before[row] = from;
      wayBefore[row] = way;
      queue[tail++] = row;
    }
  }

  private void reachClauses(int[] queue, int row) {
    for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        if (tagFor(row, clause) != NO_TAG) {
          reach(queue, code.target.get(code.clauseBranch.get(clause)), row, clause + 1);
        }
      }
    }
  }
}
