package dev.bysync.verify.frame;

import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** By row of a choice: its first edge; edges are numbered by row and way. */
  private final int[] firstEdge;

  private final int[] visits;

  /** Tags that were thrown in a try, and clauses that a call has thrown to. */
  private final Set<Long> thrown = new HashSet<>();

  /** Edges that a path was made for. */
  private final BitSet tried = new BitSet();

  /** Whether a way was taken for the first time and nobody has asked since. */
  private boolean isNew;

  /** By row of a branch: the ways below it were all gone. */
  private final int[] nextLabel;

  private int stale;

  private @Nullable Shortest anywhere;

  /** Those that come by a site first. */
  private @Nullable Shortest behindSites;

  /**
   * Shortest ways from the entry to nodes, which are rows; if sites count, above them the rows
   * again, as they are come to behind a site.
   *
   * @param before by node: the last one before it where something decides what comes next, or
   *     {@link #START}; {@link #NOWHERE} if no way leads to it
   * @param way the way taken there
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Shortest(int[] before, int[] way) {}

  private static final int NOWHERE = -1;
  private static final int START = -2;

  // what has to be done first, in order of the rows where it is done
  private int[] wantedRows = {};
  private int[] wantedWays = {};
  private int next;

  /** Whether nothing comes behind what is wanted. */
  private boolean isOnly;

  private long random;

  /** Rows that handlers start at and that were come to by an exception. */
  private final BitSet handled;

  Paths(FrameCode code, Module module, long seed) {
    this.code = code;
    this.module = module;
    firstEdge = new int[code.size + 1];
    for (int row = 0; row < code.size; row++) {
      firstEdge[row + 1] = firstEdge[row] + edgeCount(row);
    }
    visits = new int[firstEdge[code.size]];
    nextLabel = new int[code.size];
    handled = new BitSet();
    random = Terms.mix(seed);
  }

  private int edgeCount(int row) {
    if (code.isConditional(row)) {
      return code.wayCount(row);
    }
    return isChoice(row) ? FIRST_TAG_EDGE + tagCount() : 0;
  }

  /** Tags that calls are made to throw, beside those that are named by a catch. */
  int tagCount() {
    return Math.min(module.tagCount(), MAX_TAGS);
  }

  /** The next path is free from the start. */
  void free() {
    isNew = false;
    wantedRows = new int[0];
    next = 0;
    stale = 0;
  }

  /**
   * The next path goes these ways and ends.
   *
   * @throws IllegalArgumentException if there is no such branch, or it has no such way
   */
  void only(List<FramePath.Way> ways) {
    wantedRows = new int[ways.size()];
    wantedWays = new int[ways.size()];
    for (int i = 0; i < wantedRows.length; i++) {
      int row = code.rowAt(ways.get(i).offset());
      int way = ways.get(i).way();
      if (row < 0 || !hasWay(row, way)) {
        throw new IllegalArgumentException(
            "function %d has no way %d at offset 0x%x"
                .formatted(code.function, way, ways.get(i).offset()));
      }
      wantedRows[i] = row;
      wantedWays[i] = way;
    }
    next = 0;
    stale = 0;
    isOnly = true;
  }

  private boolean hasWay(int row, int way) {
    if (code.isConditional(row)) {
      return way >= 0 && way < code.wayCount(row);
    }
    int tag = way - FIRST_TAG;
    boolean isTag = tag == FrameMachine.FOREIGN || (tag >= 0 && tag < module.tagCount());
    return isChoice(row) && (way == 0 || isTag);
  }

  /** Whether the path was given and has come to its end. */
  boolean isSpent() {
    return isOnly && next == wantedRows.length;
  }

  /** What the next path does first. */
  List<FramePath.Way> wanted() {
    List<FramePath.Way> wanted = new ArrayList<>();
    for (int i = 0; i < wantedRows.length; i++) {
      wanted.add(new FramePath.Way(code.origin[wantedRows[i]], wantedWays[i]));
    }
    return wanted;
  }

  /** Whether a row can be reached from the entry at all. */
  boolean isReachable(int row) {
    return anywhere().before[row] != NOWHERE;
  }

  /** The next path goes to this row first. */
  void to(int row) {
    to(anywhere(), row);
  }

  /**
   * The next path goes to this row first, and what is thrown on the way has a tag if it may.
   *
   * @return whether anything has it
   */
  boolean toThrowing(int row, int tag) {
    to(row);
    boolean has = false;
    for (int i = 0; i < wantedRows.length; i++) {
      if (wantedWays[i] > 0 && code.isCall(wantedRows[i])) {
        int clause = catching(wantedRows[i], wantedWays[i] - FIRST_TAG);
        if (clause >= 0 && catching(wantedRows[i], tag) == clause) {
          wantedWays[i] = FIRST_TAG + tag;
          has = true;
        }
      }
    }
    return has;
  }

  /** Whether a row can be reached behind one of the sites. */
  boolean isReachableBehind(BitSet sites, int row) {
    return behind(sites).before[code.size + row] != NOWHERE;
  }

  /** The next path goes to one of the sites and from there to this row first. */
  void toBehind(BitSet sites, int row) {
    to(behind(sites), code.size + row);
  }

  /** The next path goes to one of the sites, from there to this row, and there this way. */
  void toBehind(BitSet sites, int row, int way) {
    toBehind(sites, row);
    wantAlso(row, way);
  }

  private Shortest anywhere() {
    Shortest known = anywhere;
    if (known == null) {
      known = search(new BitSet(), 1);
      anywhere = known;
    }
    return known;
  }

  private Shortest behind(BitSet sites) {
    Shortest known = behindSites;
    if (known == null) {
      known = search(sites, 2);
      behindSites = known;
    }
    return known;
  }

  private void to(Shortest shortest, int node) {
    int[] before = shortest.before;
    int count = 0;
    for (int at = before[node]; at >= 0; at = before[at]) {
      count += isChoice(at % code.size) ? 1 : 0;
    }
    wantedRows = new int[count];
    wantedWays = new int[count];
    int thrown = NO_TAG; // what a later rethrow must have
    for (int at = node; before[at] >= 0; at = before[at]) {
      int from = before[at] % code.size;
      int way = shortest.way[at];
      if (isRethrow(from)) {
        thrown = tagFor(from, way - 1);
      } else if (isChoice(from)) {
        wantedRows[--count] = from;
        wantedWays[count] = way;
        if (code.isCall(from) && way > 0) {
          int clause = way - 1;
          boolean fits = thrown != NO_TAG && catching(from, thrown) == clause;
          wantedWays[count] = FIRST_TAG + (fits ? thrown : tagFor(from, clause));
          thrown = NO_TAG;
        }
      }
    }
    next = 0;
    stale = 0;
    isNew = false;
  }

  private boolean isRethrow(int row) {
    return code.kind[row] == FrameCode.RETHROW || code.kind[row] == FrameCode.THROW_REF;
  }

  private boolean isChoice(int row) {
    return code.isConditional(row) || (code.isCall(row) && code.region[row] >= 0);
  }

  /** The way to go at a conditional branch; -1 if the path ends there. */
  int choose(int row) {
    int wanted = wanted(row);
    if (wanted < 0 && isOnly) {
      return -1;
    }
    int chosen = wanted >= 0 ? wanted : leastVisited(row);
    visit(row, chosen);
    return chosen;
  }

  /** Labels of a table that lead to one place are one edge. */
  private void visit(int row, int way) {
    int edge = edge(row, way);
    isNew |= visits[edge] == 0;
    stale = visits[edge]++ == 0 || next < wantedRows.length ? 0 : stale + 1;
  }

  private int visits(int row, int way) {
    return visits[edge(row, way)];
  }

  private int representative(int row, int way) {
    return code.kind[row] == FrameCode.BR_TABLE ? code.firstWay(row, way) : way;
  }

  /** Whether a way was taken for the first time since this was asked last. */
  boolean takeNew() {
    boolean was = isNew;
    isNew = false;
    return was;
  }

  /** A way that was never gone at a row that can be reached, or -1; of calls in a try as well. */
  int missingWay(int row) {
    return isChoice(row) && isReachable(row) ? openWay(row) : -1;
  }

  /** A way that was never gone at a choice that a path has come to, or -1. */
  int openWay(int row) {
    int count = edgeCount(row);
    int edge = nextLabel[row];
    while (edge < count && isGone(row, edge)) {
      edge++;
    }
    nextLabel[row] = edge;
    return edge == count ? -1 : code.isCall(row) ? callWay(edge) : edge;
  }

  private boolean isGone(int row, int number) {
    int edge = code.isCall(row) ? firstEdge[row] + number : edge(row, number);
    return visits[edge] > 0
        || tried.get(edge)
        || (code.isCall(row) && number > 0 && isThrown(row, callWay(number) - FIRST_TAG));
  }

  /** Whether the try's calls have thrown a tag, and this one anything to the same clause. */
  private boolean isThrown(int row, int tag) {
    int clause = catching(row, tag);
    return thrown.contains(Terms.mix(code.region[row], tag))
        && (clause < 0 || thrown.contains(Terms.mix(Terms.mix(row, clause), clause)));
  }

  private void noteThrown(int row, int tag) {
    int clause = catching(row, tag);
    thrown.add(Terms.mix(code.region[row], tag));
    thrown.add(Terms.mix(Terms.mix(row, clause), clause));
  }

  /** Of a call the first edge is its return, the next an exception without a tag. */
  private static int callWay(int number) {
    return number == 0 ? 0 : FIRST_TAG + (number == 1 ? FrameMachine.FOREIGN : number - 2);
  }

  /** Whether nothing is known to be missing, without a search. */
  boolean isComplete() {
    for (int row = 0; row < code.size; row++) {
      if (code.isConditional(row)) {
        for (int way = 0; way < code.wayCount(row); way++) {
          if (visits(row, way) == 0) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** The next path goes to this row first, and there this way. */
  void to(int row, int way) {
    to(row);
    wantAlso(row, way);
    tried.set(edge(row, way)); // once, whatever comes of it
  }

  /** A path goes on from a row, first this way. */
  void on(int row, int way) {
    wantedRows = new int[] {row};
    wantedWays = new int[] {way};
    next = 0;
    stale = 0;
    isNew = false;
    tried.set(edge(row, way));
  }

  private void wantAlso(int row, int way) {
    wantedRows = Arrays.copyOf(wantedRows, wantedRows.length + 1);
    wantedWays = Arrays.copyOf(wantedWays, wantedRows.length);
    wantedRows[wantedRows.length - 1] = row;
    wantedWays[wantedRows.length - 1] = way;
  }

  /**
   * The number of a way of a conditional branch or of a call in a try; labels of a table that are
   * one have one. -1 for a tag above those that are told apart.
   */
  int edge(int row, int way) {
    if (code.isCall(row)) {
      int tag = way - FIRST_TAG;
      int number = tag == FrameMachine.FOREIGN ? 1 : FIRST_TAG_EDGE + tag;
      return tag >= MAX_TAGS ? -1 : firstEdge[row] + (way == 0 ? 0 : number);
    }
    return firstEdge[row] + representative(row, way);
  }

  private int wanted(int row) {
    return next < wantedRows.length && wantedRows[next] == row ? wantedWays[next++] : -1;
  }

  private int leastVisited(int row) {
    int count = code.wayCount(row);
    random = Terms.mix(random);
    int first = (int) Long.remainderUnsigned(random, count);
    if (code.kind[row] == FrameCode.BR_TABLE) {
      return newLabel(row, first);
    }
    int other = 1 - first;
    return visits(row, other) < visits(row, first) ? other : first;
  }

  /** A label of a table that was never gone to, else any. */
  private int newLabel(int row, int any) {
    int count = code.wayCount(row);
    int way = nextLabel[row];
    while (way < count && isGone(row, way)) {
      way++;
    }
    nextLabel[row] = way;
    return way < count ? way : any;
  }

  /** How many choices in a row led nowhere new. */
  int stale() {
    return stale;
  }

  /** What a call does: 0 to return, else to throw a tag's exception, plus {@link #FIRST_TAG}. */
  int chooseThrow(int row) {
    int way = wayOfCall(row);
    int edge = edge(row, way);
    if (edge >= 0) {
      isNew |= visits[edge]++ == 0;
    }
    if (way > 0) {
      noteThrown(row, way - FIRST_TAG);
    }
    return way;
  }

  private int wayOfCall(int row) {
    int wanted = wanted(row);
    if (wanted >= 0 || isOnly) {
      return Math.max(wanted, 0);
    }
    for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        int target = code.target.get(code.clauseBranch.get(clause));
        int tag = tagFor(row, clause);
        if (!handled.get(target) && next == wantedRows.length && tag != NO_TAG) {
          handled.set(target);
          return FIRST_TAG + tag;
        }
      }
    }
    return 0;
  }

  /** Way of a call that throws tag 0. */
  static final int FIRST_TAG = 4;

  private static final int NO_TAG = -3;

  /** Tags that calls are made to throw: a catch_all tells no more apart. */
  private static final int MAX_TAGS = 16;

  /** Edge of a call that throws tag 0, behind those to return and to throw without a tag. */
  private static final int FIRST_TAG_EDGE = 2;

  /** A tag whose exceptions come to a clause from a row; {@link #NO_TAG} if there is none. */
  private int tagFor(int row, int clause) {
    int tag = code.clauseTag.get(clause);
    if (tag >= 0) {
      return catching(row, tag) == clause ? tag : NO_TAG;
    }
    for (int other = 0; other < tagCount(); other++) {
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

  /**
   * Searches the graph, with a level of its own for what comes behind a site.
   *
   * @param levels 1 if sites don't count, else 2
   */
  private Shortest search(BitSet sites, int levels) {
    Search search = new Search(levels);
    search.run(sites);
    return new Shortest(search.before, search.way);
  }

  /** A search under way, breadth first. */
  private final class Search implements Reach {
    private final int levels;
    private final int[] before;
    private final int[] way;
    private final int[] queue;
    private int tail = 1;

    // of the node whose followers are told
    private int node;
    private int level;
    private boolean decides;

    Search(int levels) {
      this.levels = levels;
      before = new int[levels * code.size];
      way = new int[before.length];
      queue = new int[before.length];
      Arrays.fill(before, NOWHERE);
      before[0] = START;
    }

    void run(BitSet sites) {
      for (int head = 0; head < tail; head++) {
        node = queue[head];
        int row = node % code.size;
        level = node > row || sites.get(row) ? (levels - 1) * code.size : 0;
        decides = isChoice(row) || isRethrow(row);
        follow(row, this);
      }
    }

    @Override
    public void row(int next, int taken) {
      int to = level + next;
      if (before[to] == NOWHERE) {
        before[to] = decides ? node : before[node];
        way[to] = decides ? taken : way[node];
        queue[tail++] = to;
      }
    }
  }

  /** Takes a row that follows, and the way there: of what throws one above the clause. */
  interface Reach {
    void row(int next, int way);
  }

  /** Tells what may come behind a row. */
  void follow(int row, Reach reach) {
    switch (code.kind[row]) {
      case FrameCode.GOTO -> reach.row(code.target.get(code.x[row]), 0);
      case FrameCode.RETURN,
          FrameCode.UNREACHABLE,
          FrameCode.TAIL_CALL,
          FrameCode.TAIL_CALL_INDIRECT,
          FrameCode.TAIL_CALL_REF -> {}
      case FrameCode.THROW -> {
        int clause = catching(row, code.x[row]);
        if (clause >= 0) {
          reach.row(code.target.get(code.clauseBranch.get(clause)), clause + 1);
        }
      }
      case FrameCode.THROW_REF, FrameCode.RETHROW -> reachClauses(reach, row);
      case FrameCode.CALL, FrameCode.CALL_INDIRECT, FrameCode.CALL_REF -> {
        reach.row(row + 1, 0);
        reachClauses(reach, row);
      }
      default -> {
        if (code.isConditional(row)) {
          for (int way = 0; way < code.wayCount(row); way++) {
            reach.row(code.successor(row, way), way);
          }
        } else {
          reach.row(row + 1, 0);
        }
      }
    }
  }

  private void reachClauses(Reach reach, int row) {
    for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        if (tagFor(row, clause) != NO_TAG) {
          reach.row(code.target.get(code.clauseBranch.get(clause)), clause + 1);
        }
      }
    }
  }
}
