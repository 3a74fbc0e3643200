package dev.bysync.verify.frame;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameEvent.Side;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a single path of a single function again, original and output, and tells step by step what
 * they do; finds a short path that shows a difference.
 */
public final class FrameReplay {
  /** Instructions in all: a path has a limit of its own. */
  private static final long NO_LIMIT = Long.MAX_VALUE;

  /** Ways behind the last one that the output came to that may be needed to show a difference. */
  private static final int MORE_WAYS = 2;

  private final Module original;
  private final Module transformed;
  private final CodeMap map;
  private final SiteMap sites;
  private final FrameModule before;
  private final FrameModule after;

  /** As in {@link FrameVerifier#verify}. */
  public FrameReplay(
      Module original, Module transformed, CodeMap map, SiteMap sites, int stackMemory) {
    this.original = original;
    this.transformed = transformed;
    this.map = map;
    this.sites = sites;
    before = new FrameModule(original, Origins.ofOriginal(original, map), null, -1);
    after =
        new FrameModule(
            transformed, Origins.ofOutput(original, transformed, map), before, stackMemory);
  }

  /**
   * Runs a path again.
   *
   * @param found what it showed: function and path are used
   * @param events told what happens
   * @return what differs now; null if nothing does any more
   * @throws IllegalArgumentException if the original has no such function or path
   */
  public @Nullable FrameDifference run(FrameDifference found, Consumer<FrameEvent> events) {
    if (found.function() < 0) {
      return compare(found.path().seed(), events);
    }
    FunctionFrames frames = frames(found.path());
    TermNames names = new TermNames();
    frames.watch(
        new FrameWatch(Side.ORIGINAL, before, names, events),
        new FrameWatch(Side.OUTPUT, after, names, events));
    return run(frames, found.function(), found.path());
  }

  /** What is not on any path. */
  private @Nullable FrameDifference compare(long seed, Consumer<FrameEvent> events) {
    String untouched = UntouchedSections.difference(original, transformed, map);
    events.accept(new FrameEvent.Compared("sections that are not changed", untouched));
    if (!untouched.isEmpty()) {
      return new FrameDifference(-1, -1, untouched, FramePath.none(seed));
    }
    FunctionFrames frames = frames(FramePath.none(seed));
    frames.controls();
    FrameDifference difference = coverage.difference();
    String fault = difference == null ? "" : difference.what();
    events.accept(new FrameEvent.Compared("control functions", fault));
    return difference;
  }

  private FrameCoverage coverage = new FrameCoverage(0);

  private FunctionFrames frames(FramePath path) {
    coverage = new FrameCoverage(sites.size());
    return new FunctionFrames(before, after, sites, coverage, path.seed(), NO_LIMIT);
  }

  private @Nullable FrameDifference run(FunctionFrames frames, int function, FramePath path) {
    int body = function - original.importedFunctionCount();
    if (body < 0 || body >= original.bodyCount()) {
      throw new IllegalArgumentException("there is no function " + function);
    }
    int from = 0;
    while (from < sites.size() && sites.function(from) < function) {
      from++;
    }
    int to = from;
    while (to < sites.size() && sites.function(to) == function) {
      to++;
    }
    frames.run(function, from, to, path);
    return coverage.difference();
  }

  // ---- short paths ----

  /**
   * Finds a short path that shows a difference: the shortest one that leads to its place, if that
   * shows it, else what of the given one comes before it.
   *
   * @param found as the verification found it
   * @return the same on a shorter path, or, if what it shows depends on paths before it, the first
   *     difference on its own
   */
  public FrameDifference shorten(FrameDifference found) {
    if (found.function() < 0) {
      return found;
    }
    for (FramePath path : direct(found)) {
      FrameDifference shown = run(frames(path), found.function(), path);
      if (shown != null && shown.isSame(found)) {
        return shown;
      }
    }
    FrameDifference own = own(found);
    return own == null ? found : prefix(own);
  }

  /** Paths made for the place of a difference. */
  private List<FramePath> direct(FrameDifference found) {
    FrameCode code = before.code(found.function());
    int row = code.rowAt(found.offset());
    Paths paths = new Paths(code, original, found.path().seed());
    if (row < 0 || !paths.isReachable(row)) {
      return List.of();
    }
    paths.to(row);
    List<FramePath.Way> ways = paths.wanted();
    // by the shortest path it is the first arrival
    List<FramePath.Arrival> suspensions =
        found.path().suspensions().isEmpty()
            ? List.of()
            : List.of(new FramePath.Arrival(found.offset(), 0));
    List<FramePath> all = new ArrayList<>();
    all.add(new FramePath(found.path().seed(), ways, suspensions));
    int count = code.isConditional(row) ? code.wayCount(row) : 0;
    for (int way = 0; way < count; way++) {
      List<FramePath.Way> more = new ArrayList<>(ways);
      more.add(new FramePath.Way(found.offset(), way));
      all.add(new FramePath(found.path().seed(), more, suspensions));
    }
    return all;
  }

  /** The difference on its own path, which earlier paths have nothing to do with. */
  private @Nullable FrameDifference own(FrameDifference found) {
    FrameDifference shown = run(frames(found.path()), found.function(), found.path());
    if (shown != null) {
      return shown;
    }
    FramePath everywhere = found.path().suspendedAt(arrivals(found.function()));
    return run(frames(everywhere), found.function(), everywhere);
  }

  /** The first arrivals at all sites of a function, as the verification suspends them. */
  private List<FramePath.Arrival> arrivals(int function) {
    List<FramePath.Arrival> all = new ArrayList<>();
    for (int site = 0; site < sites.size(); site++) {
      if (sites.function(site) == function) {
        all.add(new FramePath.Arrival(sites.originalOffset(site), 0));
      }
    }
    return all;
  }

  /** The shortest beginning of a path that shows the same. */
  private FrameDifference prefix(FrameDifference own) {
    FunctionFrames frames = frames(own.path());
    run(frames, own.function(), own.path());
    int used = frames.waysUsed();
    for (int count = used; count <= used + MORE_WAYS; count++) {
      FramePath path = own.path().upTo(count);
      FrameDifference shown = run(frames(path), own.function(), path);
      if (shown != null && shown.isSame(own)) {
        return shown;
      }
    }
    return own;
  }
}
