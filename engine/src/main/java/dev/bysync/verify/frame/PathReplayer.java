package dev.bysync.verify.frame;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.Checkpoints.Checkpoint;
import dev.bysync.verify.frame.Checkpoints.Place;
import dev.bysync.verify.frame.Checkpoints.Progress;
import dev.bysync.verify.frame.FrameMachine.Stop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Executes the output's frame along the path that the original was recorded on, compares what it
 * does, and has it suspended and resumed at the sites that it comes to.
 */
final class PathReplayer {
  /** Suspensions of a site in a second copy, at most: on terms another path shows nothing new. */
  private static final int MAX_SUSPENSIONS = 1;

  /** Suspensions of a site, at most, as long as its frames hold numbers. */
  private static final int MAX_WITH_NUMBERS = 2;

  private static final String DONE = "done";

  private final FrameModule original;
  private final FrameModule output;
  private final SiteMap sites;
  private final FrameCoverage coverage;
  private final Trace trace;
  private final Checkpoints checkpoints;
  private final FrameMachine machine;
  private final Suspension suspension;

  // of the function under way
  private FramePair pair;
  private SecondCopy copy;
  private final Map<FrameCode, FrameLiveness> liveness = new HashMap<>();
  private final Live live = new Live();

  /** By site: how often it was suspended. */
  private int[] suspensions = {};

  /** Sites that were suspended on a path on which references may be null. */
  private final BitSet suspendedWithNulls = new BitSet();

  /** Sites that were suspended, each with the tags that its catches held. */
  private final Set<Long> heldThere = new HashSet<>();

  // of the path under way

  /** The only path, if it was given. */
  private @Nullable FramePath only;

  private boolean isDirected;
  private boolean hasNulls;

  /** Whether the frame stays in the copy that it is resumed in. */
  private boolean stays;

  /** Whether the output has come to a site on this path, and whether the frame has stayed. */
  private boolean isBehindSite;

  private boolean isThere;

  /** Whether the output has come to the end of the only path. */
  private boolean isOver;

  private int lastOrigin;
  private final List<FramePath.Arrival> made = new ArrayList<>();
  private FramePath.@Nullable Arrival underWay;

  PathReplayer(
      FrameModule original,
      FrameModule output,
      SiteMap sites,
      FrameCoverage coverage,
      Trace trace,
      Checkpoints checkpoints,
      FramePair pair) {
    this.original = original;
    this.output = output;
    this.sites = sites;
    this.coverage = coverage;
    this.trace = trace;
    this.checkpoints = checkpoints;
    this.pair = pair;
    copy = new SecondCopy(pair);
    machine = new FrameMachine(output, trace);
    machine.ways(this::way);
    suspension = new Suspension(output, machine, sites.frames());
  }

  /** Replays paths of another function. */
  void begin(FramePair next) {
    pair = next;
    copy = new SecondCopy(pair);
    liveness.clear();
    suspensions = new int[pair.siteCount()];
    suspendedWithNulls.clear();
    heldThere.clear();
    machine.forgetExceptions();
  }

  /** Replays one path only, and suspends only where it says. */
  void only(FramePath path) {
    only = path;
  }

  /** Tells what happens from now on. */
  void watch(FrameWatch next) {
    machine.watch(next);
    suspension.watch(next);
  }

  /** Instructions executed so far. */
  long steps() {
    return machine.steps();
  }

  /** What was gone in the copy that a split body is resumed in. */
  SecondCopy copy() {
    return copy;
  }

  /** Checks the control functions by themselves; gives what is wrong, or an empty string. */
  String controls(long seed) {
    machine.reset(seed);
    return suspension.controls();
  }

  /**
   * Replays the recorded path.
   *
   * @param seed that it was recorded with
   * @param from the checkpoint that it was recorded from; null if that was the entry
   * @param staying whether the frame stays in the copy that it is resumed in first
   * @param directed whether the path was made for what was missing
   * @return what is wrong, or an empty string
   */
  String replay(long seed, @Nullable Checkpoint from, boolean staying, boolean directed) {
    stays = staying;
    isDirected = directed;
    hasNulls = (seed & 1) == 0 && pair.code.mayBeNull();
    isOver = false;
    underWay = null;
    copy.begin();
    Place place = from == null ? null : from.output(stays);
    checkpoints.startBehind(place == null ? null : from);
    return place == null ? enter(seed) : goOn(place);
  }

  /** Where in the original the fault lies. */
  int faultOrigin() {
    return lastOrigin >= 0 ? lastOrigin : trace.expected();
  }

  /** The path that was gone, with the suspensions that the fault needs. */
  FramePath taken(long seed) {
    FramePath.Arrival last = underWay;
    List<FramePath.Arrival> suspended = stays ? made : last == null ? List.of() : List.of(last);
    return new FramePath(seed, only != null ? only.ways() : trace.ways(), suspended);
  }

  /** Whether a site was suspended while one of its catches held an exception of a tag. */
  boolean wasHeld(int site, int number, int tag) {
    return heldThere.contains(held(site, number, tag));
  }

  private static long held(int site, int number, int tag) {
    return Terms.mix(Terms.mix(site, number), tag);
  }

  // ---- the path ----

  private String enter(long seed) {
    trace.replay(seed);
    lastOrigin = -1;
    isBehindSite = false;
    isThere = false;
    if (stays) {
      made.clear();
    }
    machine.reset(seed);
    String visited = suspension.visit();
    if (!visited.isEmpty()) {
      return visited;
    }
    machine.enter(pair.output, seed);
    return run();
  }

  private String goOn(Place from) {
    trace.replayFrom(from.mark());
    from.restore(machine);
    isBehindSite = from.progress().isBehindSite();
    isThere = from.progress().isThere();
    if (stays) {
      made.subList(from.progress().suspensions(), made.size()).clear();
    }
    FrameCode c = machine.code();
    int row = machine.row();
    lastOrigin = c.origin[row];
    int way = nextWay(c, row);
    if (way < 0) {
      return "it comes to another branch";
    }
    if (c.isConditional(row)) {
      machine.take(way);
    } else if (!PathRecorder.answer(original, machine, way, trace.world())) {
      return ended(Stop.THROWN);
    }
    return run();
  }

  private String run() {
    machine.allow(20L * (PathRecorder.MAX_PATH + 2L * pair.code.size));
    while (true) {
      Stop stop = machine.run();
      switch (stop) {
        case CALL -> {
          String fault = call();
          if (!fault.isEmpty()) {
            return fault.equals(DONE) ? "" : fault;
          }
        }
        case FAULT -> {
          if (isOver) {
            return "";
          }
          lastOrigin = machine.code().origin[machine.row()];
          return machine.fault();
        }
        case CUT -> {
          return trace.isAtCut() ? "" : "it does not come to an end";
        }
        default -> {
          return ended(stop);
        }
      }
    }
  }

  private String ended(Stop stop) {
    if (stop == Stop.TRAPPED && machine.code().origin[machine.row()] == FrameCode.ADDED) {
      return "it traps in code of the transform";
    }
    boolean isAtCut = trace.isAtCut();
    return isAtCut || PathRecorder.isSameEnd(trace, machine, stop) ? "" : "it ends otherwise";
  }

  // ---- branches ----

  private int way(FrameCode code, int row, int count) {
    if (!isSameState()) {
      return -1;
    }
    keep();
    return nextWay(code, row);
  }

  /** Keeps the output where the original was kept. */
  private void keep() {
    if (only == null && checkpoints.isNext(trace.waysUsed())) {
      Progress progress = new Progress(isBehindSite, isThere, made.size());
      checkpoints.keep(machine, trace.reached(), stays, progress);
    }
  }

  /** Compares the live locals, if they were noted here. */
  private boolean isSameState() {
    if (!trace.hasState() || output.programLocals(machine.code()) < pair.code.locals) {
      return true;
    }
    long hash = machine.hashOfLocals(trace.nextLive());
    return hash == trace.nextState();
  }

  private int nextWay(FrameCode code, int row) {
    if (only != null && trace.isAtCut()) {
      isOver = true; // the branch that the path ends at
      return -1;
    }
    int way = trace.nextWay(code.origin[row]);
    boolean isTable = way >= 0 && code.kind[row] == FrameCode.BR_TABLE;
    if (isTable && !hasSameLabels(code, row)) {
      return -1;
    }
    if (copy.isThere() && isBehindSite && way >= 0) {
      int originalRow = pair.code.rowAt(code.origin[row]);
      copy.gone(originalRow < 0 ? -1 : pair.paths.edge(originalRow, way), isThere);
    }
    return way;
  }

  /** Whether labels of a table that lead to one place in the original do so in the output. */
  private boolean hasSameLabels(FrameCode code, int row) {
    if (code.sameLabels.get(row)) {
      return true;
    }
    FrameCode before = pair.code;
    int originalRow = before.rowAt(code.origin[row]);
    if (originalRow < 0 || before.y[originalRow] != code.y[row]) {
      return false;
    }
    for (int way = 0; way < code.y[row]; way++) {
      int first = before.firstWay(originalRow, way);
      if (code.firstWay(row, way) != code.firstWay(row, first)) {
        return false;
      }
    }
    code.sameLabels.set(row);
    return true;
  }

  // ---- calls ----

  /** Answers a call of the output; gives what is wrong, or an empty string. */
  private String call() {
    int origin = machine.code().origin[machine.row()];
    if (origin == FrameCode.ADDED) {
      // an import that the original calls by a tail call, in a function around it
      long digest = Terms.mix(machine.callDigest(), FrameCode.TAIL_CALL);
      return trace.event(trace.expected(), digest) ? DONE : "it makes another tail call";
    }
    lastOrigin = origin;
    int row = pair.code.rowAt(origin);
    if (row < 0) {
      return "it makes a call of another function's";
    }
    long digest = machine.callDigest(); // a frame that stays is there without its arguments
    int site = pair.siteAt(row);
    if (site >= 0) {
      String fault = site(row, site, origin);
      if (!fault.isEmpty()) {
        underWay = new FramePath.Arrival(origin, trace.count(origin));
        return fault;
      }
    }
    if (!isSameState()) {
      return "a local holds another value";
    }
    if (!trace.event(origin, digest)) {
      return "it calls another function, or with other arguments";
    }
    return answer(row, origin);
  }

  private String answer(int row, int origin) {
    int way = 0;
    if (pair.code.region[row] >= 0) {
      keep();
      way = trace.nextWay(origin);
    }
    if (way < 0) {
      return "it comes to another branch";
    }
    if (!PathRecorder.answer(original, machine, way, trace.world())) {
      String fault = ended(Stop.THROWN);
      return fault.isEmpty() ? DONE : fault;
    }
    return "";
  }

  // ---- sites ----

  /** Is at a site; gives what is wrong, or an empty string. */
  private String site(int row, int site, int origin) {
    boolean isHeldNew = isHeldNew(site);
    if (isToSuspend(site, origin) || isHeldNew) {
      String fault = suspend(site, origin);
      if (!fault.isEmpty()) {
        return fault;
      }
    }
    copy.passed(row, site, isThere, isBehindSite);
    isBehindSite = true;
    return "";
  }

  private boolean isToSuspend(int site, int origin) {
    if (!stays) {
      boolean isNew = suspensions[site - pair.firstSite()]++ < MAX_WITH_NUMBERS;
      boolean isNewWithNulls = hasNulls && !suspendedWithNulls.get(site - pair.firstSite());
      if (hasNulls) {
        suspendedWithNulls.set(site - pair.firstSite());
      }
      return isNew || isNewWithNulls;
    }
    if (only == null && isThere && copy.arrivals(site) >= MAX_SUSPENSIONS) {
      return false;
    }
    FramePath.Arrival here = new FramePath.Arrival(origin, trace.count(origin));
    return (only == null || only.suspensions().contains(here)) && made.add(here);
  }

  /** Whether catches hold exceptions with other tags than when the site was suspended before. */
  private boolean isHeldNew(int site) {
    int[] held = live.held(machine.code(), machine.row());
    if (stays || held.length == 0) {
      return false;
    }
    boolean isNew = false;
    for (int i = 0; i < held.length; i++) {
      isNew |= heldThere.add(held(site, i, machine.tag(machine.caught(held[i]))));
    }
    return isNew;
  }

  private String suspend(int site, int origin) {
    boolean needsArguments = sites.needsArguments(site);
    String fault =
        suspension.make(stays, sites.frameBytes(site), pair.output, origin, needsArguments, live);
    if (fault.equals(Suspension.FOREIGN_CAUGHT)) {
      suspensions[site - pair.firstSite()] = 0; // not by this path
      return "";
    }
    if (fault.isEmpty()) {
      coverage.suspended(site, suspension.frameBytes(), isDirected);
      if (!stays && !suspension.hadNumbers(live)) {
        suspensions[site - pair.firstSite()] = MAX_WITH_NUMBERS;
      }
      if (suspension.isElsewhere()) {
        copy.found();
        isThere |= stays;
      }
    }
    return fault;
  }

  /** What is live in the output's bodies, of which a function may have several. */
  private final class Live implements Suspension.Live {
    @Override
    public long[] behind(FrameCode code, int row) {
      FrameLiveness known = liveness.get(code);
      if (known == null) {
        known = new FrameLiveness(code, output.programLocals(code));
        liveness.put(code, known);
      }
      return known.behind(row);
    }

    @Override
    public int[] held(FrameCode code, int row) {
      return pair.rethrows.behind(code, row);
    }
  }
}
