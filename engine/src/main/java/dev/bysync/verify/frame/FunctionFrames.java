package dev.bysync.verify.frame;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameMachine.Mode;
import dev.bysync.verify.frame.FrameMachine.Stop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leads one function after the other, original and output, along paths to all of its sites.
 *
 * <p>Which paths are still missing, the original's run that records one and the output's that is
 * compared stand together, since each decides by what the others have seen of the function.
 */
final class FunctionFrames {
  /** Instructions of one path, at most, beside two for each that the body has. */
  private static final int MAX_PATH = 20_000;

  /** Paths that are taken in a function beside one for each site. */
  private static final int FREE_PATHS = 3;

  /** Suspensions of one site, at most: on terms another path shows nothing new. */
  private static final int MAX_SUSPENSIONS = 1;

  /** How often live locals are compared at one place. */
  private static final int MAX_STATES = 2;

  /** Rows times locals of a body in which that is done. */
  private static final long MAX_LOCALS_COMPARED = 1 << 26;

  /** Branches that lead nowhere new, after which a path is left. */
  private static final int MAX_STALE = 6;

  private static final int END = -3;

  private final FrameModule original;
  private final FrameModule output;
  private final SiteMap sites;
  private final FrameCoverage coverage;
  private final long seed;
  private final long maxSteps;
  private final Trace trace = new Trace();
  private final FrameMachine before;
  private final FrameMachine after;
  private final Suspension suspension;

  // of the function under way
  private FrameCode code;
  private FrameCode outputCode;
  private Paths paths;
  private int firstSite;
  private int lastSite;

  /** By row of the original: the site, from {@link #firstSite} on, or -1. */
  private int[] siteOf = {};

  private int[] suspensions = {};
  private boolean isDirected;
  private @Nullable FrameLiveness liveness;
  private @Nullable FrameLiveness originalLiveness;
  private byte[] statesOf = {};

  /** By row of the original: the locals that are live behind it, once that is asked for. */
  private long[] @Nullable [] liveAt = {};

  /** Whether a call was made for the first time since live locals were noted. */
  private boolean isBehindFirst;

  private boolean hasFewLocals;

  // of a body whose frames are resumed in a copy of its own

  /** Whether they are, as far as is known. */
  private boolean isSplit;

  /** What legacy catches hold that can be thrown again. */
  private Rethrows rethrows;

  /** Sites that were suspended, each with the tags that its catches held. */
  private final Set<Long> heldThere = new HashSet<>();

  /** Rows of the original that are sites. */
  private final BitSet siteRows = new BitSet();

  /** Ways of branches that the copy went. */
  private final BitSet edgesThere = new BitSet();

  /** Sites behind which the copy went on. */
  private final BitSet passedThere = new BitSet();

  /** How often sites were suspended that it came to. */
  private int[] suspensionsThere = {};

  /** Whether the frame stays in the copy once it is there. */
  private boolean stays;

  /** Whether the output has come to a site on this path, and whether the frame has stayed. */
  private boolean isBehindSite;

  private boolean isThere;

  /** Whether the copy has not done all that comes behind the path's first site. */
  private boolean isNewThere;

  /** The only path, if it was given. */
  private @Nullable FramePath only;

  private final List<FramePath.Arrival> made = new ArrayList<>();
  private FramePath.@Nullable Arrival underWay;

  /** Whether the output has come to the end of the only path. */
  private boolean isOver;

  FunctionFrames(
      FrameModule original,
      FrameModule output,
      SiteMap sites,
      FrameCoverage coverage,
      long seed,
      long maxSteps) {
    this.original = original;
    this.output = output;
    this.sites = sites;
    this.coverage = coverage;
    this.seed = seed;
    this.maxSteps = maxSteps;
    before = new FrameMachine(original, trace);
    after = new FrameMachine(output, trace);
    suspension = new Suspension(output, after, sites.frames());
    code = original.nothing();
    outputCode = original.nothing();
    paths = new Paths(code, original.module(), 0);
    rethrows = new Rethrows(code, paths);
  }

  /** Checks the control functions by themselves; gives false for a difference. */
  boolean controls() {
    after.reset(seed);
    String fault = suspension.controls();
    if (!fault.isEmpty()) {
      coverage.differs(new FrameDifference(-1, -1, fault, FramePath.none(seed)));
    }
    return fault.isEmpty();
  }

  /** Verifies a function with the sites from one to before another. */
  void verify(int function, int from, int to) {
    begin(function, from, to);
    for (int i = 0; i < FREE_PATHS && coverage.difference() == null && isMissing(); i++) {
      paths.free();
      isDirected = false;
      path(i);
    }
    for (int row = 0; row < code.size && coverage.difference() == null; row++) {
      int site = siteOf[row];
      if (site >= 0 && !coverage.isSuspended(site)) {
        if (!paths.isReachable(row)) {
          coverage.unreachable(site);
        } else if (after.steps() < maxSteps) {
          paths.to(row);
          isDirected = true;
          path(site);
        }
      }
    }
    edges();
    heldTags();
    behindSites();
    coverage.steps(before.steps() + after.steps());
    original.forget(function);
    output.forget(output.origins().here(function));
  }

  private void begin(int function, int from, int to) {
    code = original.code(function);
    outputCode = output.code(output.origins().here(function));
    firstSite = from;
    lastSite = to;
    liveness = null;
    originalLiveness = null;
    statesOf = new byte[code.size];
    liveAt = new long[code.size][];
    hasFewLocals = (long) code.size * code.locals < MAX_LOCALS_COMPARED;
    siteOf = new int[code.size];
    suspensions = new int[to - from];
    isSplit = false;
    siteRows.clear();
    edgesThere.clear();
    passedThere.clear();
    suspensionsThere = new int[to - from];
    Arrays.fill(siteOf, -1);
    paths = new Paths(code, original.module(), Terms.mix(seed, function));
    rethrows = new Rethrows(code, paths);
    heldThere.clear();
    for (int site = from; site < to; site++) {
      int row = code.rowAt(sites.originalOffset(site));
      if (row < 0) {
        coverage.deadCode(site);
      } else {
        siteOf[row] = site;
        siteRows.set(row);
      }
    }
  }

  /** Goes each way of each branch once: labels are the transform's, too. */
  private void edges() {
    isDirected = true;
    for (int row = 0; row < code.size; row++) {
      for (int way = paths.missingWay(row); way >= 0; way = paths.missingWay(row)) {
        if (coverage.difference() != null || after.steps() >= maxSteps) {
          return;
        }
        paths.to(row, way);
        path(lastSite + row);
      }
    }
  }

  /** Suspends each site in a legacy catch with each tag that it may hold, and with none. */
  private void heldTags() {
    for (int row = siteRows.nextSetBit(0); row >= 0; row = siteRows.nextSetBit(row + 1)) {
      int held = rethrows.behind(code, row).length;
      for (int number = -1; held > 0 && number < paths.tagCount(); number++) {
        int tag = number < 0 ? FrameMachine.FOREIGN : number;
        boolean isMissing = false;
        for (int i = 0; i < held; i++) {
          isMissing |= !heldThere.contains(held(siteOf[row], i, tag));
        }
        if (coverage.difference() != null || after.steps() >= maxSteps) {
          return;
        }
        if (isMissing && paths.isReachable(row) && paths.toThrowing(row, tag)) {
          path(lastSite + code.size + siteOf[row] * 31 + tag);
        }
      }
    }
  }

  private static long held(int site, int catches, int tag) {
    return Terms.mix(Terms.mix(site, catches), tag);
  }

  /** Has the copy that a split body is resumed in go on behind each site, and each way. */
  private void behindSites() {
    for (int row = 0; row < code.size && isSplit; row++) {
      int site = siteOf[row];
      boolean isMissing =
          site >= 0 && (!passedThere.get(row) || suspensionsThere[site - firstSite] == 0);
      if (isMissing && paths.isReachableBehind(siteRows, row)) {
        paths.toBehind(siteRows, row);
        pathThere(lastSite + code.size + row);
      }
      int ways = code.isConditional(row) ? code.wayCount(row) : 0;
      for (int way = 0; way < ways; way++) {
        if (!edgesThere.get(paths.edge(row, way)) && paths.isReachableBehind(siteRows, row)) {
          paths.toBehind(siteRows, row, way);
          pathThere(lastSite + code.size + row);
          edgesThere.set(paths.edge(row, way)); // so that it is tried once
        }
      }
    }
  }

  private boolean isMissing() {
    if (!paths.isComplete()) {
      return true;
    }
    for (int site = firstSite; site < lastSite; site++) {
      if (!coverage.isSuspended(site)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs one path of a function by itself, and suspends only where the path says.
   *
   * @throws IllegalArgumentException if the function has no such path
   */
  void run(int function, int from, int to, FramePath path) {
    begin(function, from, to);
    only = path;
    paths.only(path.ways());
    path(path.seed());
  }

  /** Tells what the machines do from now on. */
  void watch(FrameWatch original, FrameWatch output) {
    before.watch(original);
    after.watch(output);
    suspension.watch(output);
  }

  /** How many of the path's ways the output came to. */
  int waysUsed() {
    return trace.waysUsed();
  }

  private void path(int number) {
    path(Terms.mix(Terms.mix(seed, code.function), number));
  }

  private void path(long pathSeed) {
    record(pathSeed);
    stays = only != null;
    compare(pathSeed);
    if (isSplit && isNewThere && only == null && coverage.difference() == null) {
      stays = true;
      compare(pathSeed);
    }
  }

  /** A path on which the frame stays in the copy that it is resumed in. */
  private void pathThere(int number) {
    if (coverage.difference() == null && after.steps() < maxSteps) {
      long pathSeed = Terms.mix(Terms.mix(seed, code.function), number);
      record(pathSeed);
      stays = true;
      compare(pathSeed);
    }
  }

  private void compare(long pathSeed) {
    made.clear();
    underWay = null;
    isOver = false;
    isBehindSite = false;
    isThere = false;
    isNewThere = false;
    String fault = replay(pathSeed);
    if (!fault.isEmpty()) {
      int expected = trace.expected();
      coverage.differs(
          new FrameDifference(
              code.function, lastOrigin >= 0 ? lastOrigin : expected, fault, taken(pathSeed)));
    }
  }

  /** The path that was gone. */
  private FramePath taken(long pathSeed) {
    FramePath.Arrival last = underWay;
    List<FramePath.Arrival> suspended = stays ? made : last == null ? List.of() : List.of(last);
    return new FramePath(pathSeed, only != null ? only.ways() : trace.ways(), suspended);
  }

  private int lastOrigin;

  // ---- the original ----

  private void record(long pathSeed) {
    trace.record(pathSeed);
    isBehindFirst = false;
    before.reset(pathSeed);
    before.mode(Mode.NORMAL);
    before.allow(MAX_PATH + 2L * code.size);
    before.ways(
        (where, row, count) -> {
          noteState(row);
          int way = paths.choose(row);
          if (way >= 0) {
            trace.way(where.origin[row], way);
          }
          if (paths.stale() > MAX_STALE) {
            before.allow(1);
          }
          return way;
        });
    before.enter(code, pathSeed, Terms.mix(pathSeed));
    while (true) {
      Stop stop = before.run();
      if (stop == Stop.CALL) {
        if (!recordCall()) {
          stop = Stop.THROWN;
        } else {
          continue;
        }
      }
      if (stop == Stop.FAULT && paths.isSpent()) {
        stop = Stop.CUT;
      }
      if (stop != Stop.CUT) {
        trace.event(END, end(before, stop));
      }
      trace.recorded(stop == Stop.CUT);
      return;
    }
  }

  /** Makes a call; gives false if it throws and nothing catches that. */
  private boolean recordCall() {
    int row = before.row();
    noteState(row);
    trace.event(code.origin[row], before.callDigest());
    if (code.region[row] < 0) {
      before.answer(trace.world());
      return true;
    }
    int way = paths.chooseThrow(row);
    trace.way(code.origin[row], way);
    return answer(before, way);
  }

  /** Returns or throws, as {@link Paths#chooseThrow} says. */
  private boolean answer(FrameMachine machine, int way) {
    if (way == 0) {
      machine.answer(trace.world());
      return true;
    }
    int tag = way - Paths.FIRST_TAG;
    int payload =
        tag < 0 ? 0 : original.module().types().paramCount(original.module().tagType(tag));
    return machine.answerThrow(tag, payload, trace.world());
  }

  // ---- locals ----

  /** Notes the live locals at a row, the first times that it is come to, and behind a new way. */
  private void noteState(int row) {
    boolean isEarly = statesOf[row] < MAX_STATES;
    boolean isFirst = statesOf[row] == 0;
    boolean isNewWay = paths.takeNew();
    boolean isBehindNew = isNewWay || isBehindFirst;
    isBehindFirst = isFirst && code.isCall(row);
    if ((isBehindNew || isEarly) && hasFewLocals) {
      statesOf[row] = (byte) (isEarly ? statesOf[row] + 1 : MAX_STATES);
      long[] live = liveAt[row];
      if (live == null) {
        live = originalLiveness().behind(row).clone();
        liveAt[row] = live;
      }
      trace.state(live, before.hashOfLocals(live));
    }
  }

  /** Compares the live locals, if they were noted here. */
  private boolean isSameState() {
    if (!trace.hasState() || output.programLocals(after.code()) < code.locals) {
      return true;
    }
    long hash = after.hashOfLocals(trace.nextLive());
    return hash == trace.nextState();
  }

  private FrameLiveness originalLiveness() {
    FrameLiveness known = originalLiveness;
    if (known == null) {
      known = new FrameLiveness(code, code.locals);
      originalLiveness = known;
    }
    return known;
  }

  private int nextWay(FrameCode where, int row) {
    if (only != null && trace.isAtCut()) {
      isOver = true; // the branch that the path ends at
      return -1;
    }
    int way = trace.nextWay(where.origin[row]);
    boolean isTable = way >= 0 && where.kind[row] == FrameCode.BR_TABLE;
    if (isTable && !hasSameLabels(where, row)) {
      return -1;
    }
    if (isSplit && isBehindSite && way >= 0) {
      int originalRow = code.rowAt(where.origin[row]);
      gone(originalRow < 0 ? -1 : paths.edge(originalRow, way));
    }
    return way;
  }

  /** Notes a way that comes behind a site. */
  private void gone(int edge) {
    if (edge >= 0 && isThere) {
      edgesThere.set(edge);
    } else if (edge >= 0) {
      isNewThere |= !edgesThere.get(edge);
    }
  }

  /** Whether labels of a table that lead to one place in the original do so in the output. */
  private boolean hasSameLabels(FrameCode where, int row) {
    if (where.sameLabels.get(row)) {
      return true;
    }
    int originalRow = code.rowAt(where.origin[row]);
    if (originalRow < 0 || code.y[originalRow] != where.y[row]) {
      return false;
    }
    for (int way = 0; way < where.y[row]; way++) {
      int first = code.firstWay(originalRow, way);
      if (where.firstWay(row, way) != where.firstWay(row, first)) {
        return false;
      }
    }
    where.sameLabels.set(row);
    return true;
  }

  private static long end(FrameMachine machine, Stop stop) {
    long hash = stop.code;
    if (stop == Stop.RETURNED) {
      for (int i = 0; i < machine.code().results; i++) {
        hash = Terms.mix(hash, machine.result(i));
      }
    } else if (stop == Stop.TRAPPED) {
      hash = Terms.mix(hash, machine.code().origin[machine.row()]);
    }
    return hash;
  }

  // ---- the output ----

  private String replay(long pathSeed) {
    trace.replay(pathSeed);
    lastOrigin = -1;
    after.reset(pathSeed);
    String visited = suspension.visit();
    if (!visited.isEmpty()) {
      return visited;
    }
    after.allow(20L * (MAX_PATH + 2L * code.size));
    after.ways((where, row, count) -> isSameState() ? nextWay(where, row) : -1);
    after.enter(outputCode, pathSeed, Terms.mix(pathSeed));
    while (true) {
      Stop stop = after.run();
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
          lastOrigin = after.code().origin[after.row()];
          return after.fault();
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

  private static final String DONE = "done";

  private String ended(Stop stop) {
    if (stop == Stop.TRAPPED && after.code().origin[after.row()] == FrameCode.ADDED) {
      return "it traps in code of the transform";
    }
    boolean isAtCut = trace.isAtCut();
    return isAtCut || trace.event(END, end(after, stop)) ? "" : "it ends otherwise";
  }

  /** Answers a call of the output; gives what is wrong, or an empty string. */
  private String call() {
    FrameCode c = after.code();
    int row = after.row();
    int origin = c.origin[row];
    if (origin == FrameCode.ADDED) {
      // an import that the original calls by a tail call, in a function around it
      long digest = Terms.mix(after.callDigest(), FrameCode.TAIL_CALL);
      return trace.event(trace.expected(), digest) ? DONE : "it makes another tail call";
    }
    lastOrigin = origin;
    int originalRow = code.rowAt(origin);
    if (originalRow < 0) {
      return "it makes a call of another function's";
    }
    int site = siteOf[originalRow];
    long digest = after.callDigest(); // a frame that stays is there without its arguments
    boolean isHeldNew = site >= 0 && isHeldNew(site);
    if (site >= 0 && (isToSuspend(site, origin) || isHeldNew)) {
      String fault = suspend(site, origin);
      if (!fault.isEmpty()) {
        underWay = new FramePath.Arrival(origin, trace.count(origin));
        return fault;
      }
    }
    if (site >= 0) {
      passed(originalRow, site);
    }
    if (!isSameState()) {
      return "a local holds another value";
    }
    if (!trace.event(origin, digest)) {
      return "it calls another function, or with other arguments";
    }
    int way = code.region[originalRow] < 0 ? 0 : trace.nextWay(origin);
    if (way < 0) {
      return "it comes to another branch";
    }
    if (!answer(after, way)) {
      String fault = ended(Stop.THROWN);
      return fault.isEmpty() ? DONE : fault;
    }
    return "";
  }

  private boolean isToSuspend(int site, int origin) {
    if (!stays) {
      return suspensions[site - firstSite]++ < MAX_SUSPENSIONS;
    }
    if (only == null && isThere && suspensionsThere[site - firstSite]++ >= MAX_SUSPENSIONS) {
      return false;
    }
    FramePath.Arrival here = new FramePath.Arrival(origin, trace.count(origin));
    return (only == null || only.suspensions().contains(here)) && made.add(here);
  }

  /** Whether catches hold exceptions with other tags than when the site was suspended before. */
  private boolean isHeldNew(int site) {
    int[] held = live.held(after.code(), after.row());
    if (stays || held.length == 0) {
      return false;
    }
    boolean isNew = false;
    for (int i = 0; i < held.length; i++) {
      isNew |= heldThere.add(held(site, i, after.tag(after.caught(held[i]))));
    }
    return isNew;
  }

  private String suspend(int site, int origin) {
    String fault =
        suspension.make(
            stays, sites.frameBytes(site), outputCode, origin, sites.needsArguments(site), live);
    if (fault.equals(Suspension.FOREIGN_CAUGHT)) {
      suspensions[site - firstSite] = 0; // not by this path
      return "";
    }
    if (fault.isEmpty()) {
      coverage.suspended(site, suspension.frameBytes(), isDirected);
      isSplit |= suspension.isElsewhere();
      isThere |= stays && suspension.isElsewhere();
    }
    return fault;
  }

  /** Notes that the output goes on behind a site. */
  private void passed(int row, int site) {
    if (isThere) {
      passedThere.set(row);
    } else if (isSplit) {
      boolean isSuspended = suspensionsThere[site - firstSite] >= MAX_SUSPENSIONS;
      isNewThere |= !passedThere.get(row) || (isBehindSite && !isSuspended);
    }
    isBehindSite = true;
  }

  private @Nullable FrameCode livenessOf;

  private final Suspension.Live live =
      new Suspension.Live() {
        @Override
        public long[] behind(FrameCode c, int row) {
          FrameLiveness known = liveness;
          if (known == null || livenessOf != c) {
            known = new FrameLiveness(c, output.programLocals(c));
            liveness = known;
            livenessOf = c;
          }
          return known.behind(row);
        }

        @Override
        public int[] held(FrameCode c, int row) {
          return rethrows.behind(c, row);
        }
      };
}
