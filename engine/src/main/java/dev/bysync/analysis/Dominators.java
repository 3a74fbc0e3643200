package dev.bysync.analysis;

import java.util.Arrays;

/**
 * The dominator tree of the way by which suspension spreads: from what suspends by itself to
 * callers. A node dominates all that would not be reached without it, so the size of its subtree
 * says what it alone is responsible for.
 *
 * <p>Lengauer and Tarjan, A fast algorithm for finding dominators in a flowgraph (TOPLAS 1979), the
 * simple form with path compression: O(e log n) for e calls and n nodes, with no recursion. An
 * iteration to a fixed point would be shorter, and quadratic for unlucky graphs.
 */
final class Dominators {
  private static final int NONE = -1;

  private final Rows callersOf;
  private final Rows calleesOf;
  private final Plan plan;
  private final int root;

  /** Nodes by their number in depth-first order; 0 is the virtual root before all sources. */
  private final int[] vertex;

  private final int[] number;
  private final int[] parent;
  private final int[] semi;
  private final int[] ancestor;
  private final int[] label;
  private final int[] dominator;
  private final int[] path;
  private int count;

  Dominators(Plan plan, Rows callersOf, Rows calleesOf) {
    this.plan = plan;
    this.callersOf = callersOf;
    this.calleesOf = calleesOf;
    root = plan.graph().nodeCount();
    int size = root + 1;
    vertex = new int[size];
    number = filled(size);
    parent = filled(size);
    semi = new int[size];
    ancestor = filled(size);
    label = new int[size];
    dominator = filled(size);
    path = new int[size];
    walk();
    solve();
  }

  private static int[] filled(int size) {
    int[] array = new int[size];
    Arrays.fill(array, NONE);
    return array;
  }

  /** Nodes that are reached, the virtual root excluded, each behind the one that dominates it. */
  int count() {
    return count - 1;
  }

  /** A node by its place in the order, from 0. */
  int node(int place) {
    return vertex[place + 1];
  }

  /** The node right above in the tree, or -1 at its top. */
  int above(int node) {
    return dominator[node] == root ? NONE : dominator[node];
  }

  private void visit(int node, int from) {
    number[node] = count;
    vertex[count] = node;
    semi[node] = count;
    label[node] = node;
    parent[node] = from;
    count++;
  }

  /** Numbers the nodes in depth-first order. */
  private void walk() {
    visit(root, NONE);
    int[] next = new int[root];
    int[] stack = new int[root];
    for (int source = 0; source < root; source++) {
      if (!plan.isSource(source) || number[source] != NONE) {
        continue;
      }
      int depth = 0;
      visit(source, root);
      next[source] = callersOf.start(source);
      stack[depth++] = source;
      while (depth > 0) {
        int node = stack[depth - 1];
        if (next[node] == callersOf.end(node)) {
          depth--;
          continue;
        }
        int caller = callersOf.value(next[node]++);
        if (plan.isReached(caller) && number[caller] == NONE) {
          visit(caller, node);
          next[caller] = callersOf.start(caller);
          stack[depth++] = caller;
        }
      }
    }
  }

  private void solve() {
    int[] bucketHead = filled(root + 1);
    int[] bucketNext = new int[root + 1];
    for (int i = count - 1; i > 0; i--) {
      int node = vertex[i];
      int least = plan.isSource(node) ? 0 : i;
      for (int at = calleesOf.start(node); at < calleesOf.end(node); at++) {
        int callee = calleesOf.value(at);
        if (number[callee] != NONE) {
          least = Math.min(least, semi[evaluate(callee)]);
        }
      }
      semi[node] = least;
      bucketNext[node] = bucketHead[vertex[least]];
      bucketHead[vertex[least]] = node;
      int above = parent[node];
      ancestor[node] = above;
      for (int waiting = bucketHead[above]; waiting != NONE; waiting = bucketNext[waiting]) {
        int found = evaluate(waiting);
        dominator[waiting] = semi[found] < semi[waiting] ? found : above;
      }
      bucketHead[above] = NONE;
    }
    for (int i = 1; i < count; i++) {
      int node = vertex[i];
      if (dominator[node] != vertex[semi[node]]) {
        dominator[node] = dominator[dominator[node]];
      }
    }
  }

  /** The node with the least semidominator on the way to the top of what is linked so far. */
  private int evaluate(int node) {
    if (ancestor[node] == NONE) {
      return node;
    }
    int length = 0;
    int at = node;
    while (ancestor[ancestor[at]] != NONE) {
      path[length++] = at;
      at = ancestor[at];
    }
    while (length > 0) {
      int below = path[--length];
      int above = ancestor[below];
      if (semi[label[above]] < semi[label[below]]) {
        label[below] = label[above];
      }
      ancestor[below] = ancestor[above];
    }
    return label[node];
  }
}
