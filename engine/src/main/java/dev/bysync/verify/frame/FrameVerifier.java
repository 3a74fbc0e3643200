package dev.bysync.verify.frame;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.wasm.module.Module;

/**
 * Verifies a transformed module frame by frame.
 *
 * <p>A suspended stack is a stack of frames, and each frame keeps a contract of its own, whatever
 * lies above and below it. In state 0 it does what the original does. When the callee at a site
 * comes back unwinding, it pushes one frame and returns. Called to rewind, it pops that frame and
 * is at the site again, with the same arguments and all that the original still needs. Stacks
 * compose from frames by the ABI alone, so a module whose every site keeps the contract is right
 * for every stack.
 *
 * <p>So each instrumented function is executed by itself (micro execution; Godefroid, ICSE 2014),
 * on {@link Terms}, along {@link Paths} that come to all of its sites: first the original, whose
 * effects and branches {@link Trace} records, then the output. At each site that the output comes
 * to, {@link Suspension} puts its frame away and brings it back.
 *
 * <p>The cost is linear in the code: a site is come to by one short path, mostly one of many.
 */
public final class FrameVerifier {
  private FrameVerifier() {}

  /**
   * Verifies all instrumented functions.
   *
   * @param original the module before the transform
   * @param transformed the module after it
   * @param map what is what in them
   * @param sites where the transformed module can suspend
   * @param stackMemory the memory that the asyncify stack lies in
   * @param seed decides the paths
   * @param steps instructions that may be executed in all
   */
  public static FrameCoverage verify(
      Module original,
      Module transformed,
      CodeMap map,
      SiteMap sites,
      int stackMemory,
      long seed,
      long steps) {
    FrameModule before = new FrameModule(original, Origins.ofOriginal(original), null, -1);
    FrameModule after =
        new FrameModule(
            transformed, Origins.ofOutput(original, transformed, map), before, stackMemory);
    FrameCoverage coverage = new FrameCoverage(sites.size());
    FunctionFrames frames = new FunctionFrames(before, after, sites, coverage, seed, steps);
    if (!frames.controls()) {
      return coverage;
    }
    int site = 0;
    while (site < sites.size() && coverage.difference() == null) {
      int function = sites.function(site);
      int end = site;
      while (end < sites.size() && sites.function(end) == function) {
        end++;
      }
      frames.verify(function, site, end);
      site = end;
    }
    return coverage;
  }
}
