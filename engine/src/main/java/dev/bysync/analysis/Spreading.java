package dev.bysync.analysis;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Breadth first from what suspends by itself to all that can get there, against the direction of
 * calls: each node is met once, by a call from it that is the first of a shortest way.
 */
final class Spreading {
  /** A node that nothing led to. */
  static final int NONE = -1;

  private final Rows callersOf;
  private final BitSet barred;
  private final BitSet met = new BitSet();
  private final int[] via;
  private final int[] queue;
  private int queued;

  /**
   * @param barred nodes that are never met
   */
  Spreading(Rows callersOf, int nodeCount, BitSet barred) {
    this.callersOf = callersOf;
    this.barred = barred;
    via = new int[nodeCount];
    Arrays.fill(via, NONE);
    queue = new int[nodeCount];
  }

  void source(int node) {
    if (!barred.get(node) && !met.get(node)) {
      met.set(node);
      queue[queued++] = node;
    }
  }

  void run() {
    for (int head = 0; head < queued; head++) {
      int node = queue[head];
      for (int i = callersOf.start(node); i < callersOf.end(node); i++) {
        int caller = callersOf.value(i);
        if (!met.get(caller) && !barred.get(caller)) {
          met.set(caller);
          via[caller] = node;
          queue[queued++] = caller;
        }
      }
    }
  }

  /** Number of nodes met. */
  int count() {
    return queued;
  }

  /** A node by the order in which nodes were met, from 0. */
  int node(int place) {
    return queue[place];
  }

  BitSet met() {
    return met;
  }

  /** The callee by which each node was met, or {@link #NONE}. */
  int[] via() {
    return via;
  }
}
