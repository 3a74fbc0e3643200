package dev.bysync.verify.frame;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.Checkpoints.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * Leads one function after the other, original and output, along paths to all of its sites and all
 * ways of its branches.
 *
 * <p>A path is recorded by the original and replayed by the output. Then others branch off from it:
 * at its last branch that has a way nobody has gone, both machines are put back to where they were
 * ({@link Checkpoints}) and go that way, until no such branch is left. What has not been come to
 * then gets a path of its own, by the shortest way from the entry.
 */
final class FunctionFrames {
  /** Paths from the entry that nothing directs, at most. */
  private static final int FREE_PATHS = 3;

  private final FrameModule original;
  private final FrameModule output;
  private final SiteMap sites;
  private final FrameCoverage coverage;
  private final long seed;
  private final long maxSteps;
  private final Trace trace = new Trace();
  private final Checkpoints checkpoints = new Checkpoints();
  private final PathRecorder recorder;
  private final PathReplayer replayer;

  // of the function under way
  private FramePair pair;
  private boolean isDirected;
  private boolean isOnly;

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
    FrameCode nothing = original.nothing();
    pair = new FramePair(nothing, nothing, new Paths(nothing, original.module(), 0), sites, 0, 0);
    recorder = new PathRecorder(original, trace, checkpoints, pair);
    replayer = new PathReplayer(original, output, sites, coverage, trace, checkpoints, pair);
  }

  /** Checks the control functions by themselves; gives false for a difference. */
  boolean controls() {
    String fault = replayer.controls(seed);
    if (!fault.isEmpty()) {
      coverage.differs(new FrameDifference(-1, -1, fault, FramePath.none(seed)));
    }
    return fault.isEmpty();
  }

  /** Verifies a function with the sites from one to before another. */
  void verify(int function, int from, int to) {
    begin(function, from, to);
    for (int i = 0; i < FREE_PATHS && goesOn() && isMissing(); i++) {
      pair.paths.free();
      isDirected = false;
      path(i);
    }
    if (pair.code.mayBeNull() && goesOn()) {
      pair.paths.free();
      path(FREE_PATHS);
    }
    isDirected = true;
    missingSites();
    edges();
    heldTags();
    behindSites();
    coverage.steps(recorder.steps() + replayer.steps());
    original.forget(function);
    output.forget(output.origins().here(function));
  }

  /**
   * Runs one path of a function by itself, and suspends only where the path says.
   *
   * @throws IllegalArgumentException if the function has no such path
   */
  void run(int function, int from, int to, FramePath path) {
    begin(function, from, to);
    isOnly = true;
    replayer.only(path);
    pair.paths.only(path.ways());
    path(path.seed());
  }

  /** Tells what the machines do from now on. */
  void watch(FrameWatch before, FrameWatch after) {
    recorder.watch(before);
    replayer.watch(after);
  }

  /** How many of the path's ways the output came to. */
  int waysUsed() {
    return trace.waysUsed();
  }

  private void begin(int function, int from, int to) {
    FrameCode code = original.code(function);
    FrameCode outputCode = output.code(output.origins().here(function));
    Paths paths = new Paths(code, original.module(), Terms.mix(seed, function));
    pair = new FramePair(code, outputCode, paths, sites, from, to);
    recorder.begin(pair);
    replayer.begin(pair);
    for (int site = from; site < to; site++) {
      if (pair.rowOf(site) < 0) {
        coverage.deadCode(site);
      }
    }
  }

  private boolean goesOn() {
    return coverage.difference() == null && replayer.steps() < maxSteps;
  }

  // ---- what is missing ----

  private boolean isMissing() {
    if (!pair.paths.isComplete()) {
      return true;
    }
    for (int site = pair.firstSite(); site < pair.lastSite(); site++) {
      if (!coverage.isSuspended(site)) {
        return true;
      }
    }
    return false;
  }

  private void missingSites() {
    for (int row = 0; row < pair.code.size && coverage.difference() == null; row++) {
      int site = pair.siteAt(row);
      if (site >= 0 && !coverage.isSuspended(site)) {
        if (!pair.paths.isReachable(row)) {
          coverage.unreachable(site);
        } else if (goesOn()) {
          pair.paths.to(row);
          path(site);
        }
      }
    }
  }

  /** Goes each way of each branch once: labels are the transform's, too. */
  private void edges() {
    for (int row = 0; row < pair.code.size; row++) {
      for (int way = pair.paths.missingWay(row); way >= 0; way = pair.paths.missingWay(row)) {
        if (!goesOn()) {
          return;
        }
        pair.paths.to(row, way);
        path(pair.lastSite() + row);
      }
    }
  }

  /** Suspends each site in a legacy catch with each tag that it may hold, and with none. */
  private void heldTags() {
    FrameCode code = pair.code;
    for (int row = pair.siteRows.nextSetBit(0); row >= 0; row = pair.siteRows.nextSetBit(row + 1)) {
      int site = pair.siteAt(row);
      int held = pair.rethrows.behind(code, row).length;
      for (int number = -1; held > 0 && number < pair.paths.tagCount(); number++) {
        int tag = number < 0 ? FrameMachine.FOREIGN : number;
        boolean isMissing = false;
        for (int i = 0; i < held; i++) {
          isMissing |= !replayer.wasHeld(site, i, tag);
        }
        if (!goesOn()) {
          return;
        }
        if (isMissing && pair.paths.isReachable(row) && pair.paths.toThrowing(row, tag)) {
          path(pair.lastSite() + code.size + site * 31 + tag);
        }
      }
    }
  }

  /** Has the copy that a split body is resumed in go on behind each site, and each way. */
  private void behindSites() {
    Paths paths = pair.paths;
    SecondCopy copy = replayer.copy();
    for (int row = 0; row < pair.code.size && copy.isThere(); row++) {
      if (copy.isMissing(row) && paths.isReachableBehind(pair.siteRows, row)) {
        paths.toBehind(pair.siteRows, row);
        pathThere(row);
      }
      int ways = pair.code.isConditional(row) ? pair.code.wayCount(row) : 0;
      for (int way = 0; way < ways; way++) {
        if (copy.isMissingEdge(paths.edge(row, way))
            && paths.isReachableBehind(pair.siteRows, row)) {
          paths.toBehind(pair.siteRows, row, way);
          pathThere(row);
          copy.tried(paths.edge(row, way));
        }
      }
    }
  }

  // ---- paths ----

  private long pathSeed(int number) {
    return Terms.mix(Terms.mix(seed, pair.code.function), number);
  }

  /** Goes a path; on the first ones no reference is null. */
  private void path(int number) {
    long pathSeed = pathSeed(number);
    path(number < FREE_PATHS ? pathSeed | 1 : pathSeed & ~1);
  }

  /** Goes the path that {@link Paths} was told, and all that branch off from it. */
  private void path(long pathSeed) {
    recorder.record(pathSeed, !isOnly);
    compare(pathSeed, null);
    while (goesOn() && hasOpen()) {
      Checkpoint last = checkpoints.last();
      isDirected = true;
      recorder.recordFrom(last, pair.paths.openWay(last.row()));
      compare(pathSeed, last);
    }
  }

  /** Whether a branch of the path has a way that nobody has gone; the last such one is kept. */
  private boolean hasOpen() {
    while (!checkpoints.isEmpty() && pair.paths.openWay(checkpoints.last().row()) < 0) {
      checkpoints.removeLast();
    }
    return !checkpoints.isEmpty();
  }

  private void compare(long pathSeed, @Nullable Checkpoint from) {
    replay(pathSeed, from, isOnly);
    checkpoints.dropUnreached();
    if (replayer.copy().isMissing() && !isOnly && coverage.difference() == null) {
      replay(pathSeed, from, true);
    }
  }

  /** A path on which the frame stays in the copy that it is resumed in. */
  private void pathThere(int row) {
    if (goesOn()) {
      long pathSeed = pathSeed(pair.lastSite() + pair.code.size + row);
      recorder.record(pathSeed, false);
      replay(pathSeed, null, true);
    }
  }

  private void replay(long pathSeed, @Nullable Checkpoint from, boolean stays) {
    String fault = replayer.replay(pathSeed, from, stays, isDirected);
    if (!fault.isEmpty()) {
      coverage.differs(
          new FrameDifference(
              pair.code.function, replayer.faultOrigin(), fault, replayer.taken(pathSeed)));
    }
  }
}
