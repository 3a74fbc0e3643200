package dev.bysync.verify.frame;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;

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
    FrameCoverage coverage = new FrameCoverage(sites.size());
    String untouched = UntouchedSections.difference(original, transformed, map);
    if (!untouched.isEmpty()) {
      coverage.differs(new FrameDifference(-1, -1, untouched, FramePath.none(seed)));
      return coverage;
    }
    FrameModule before = new FrameModule(original, Origins.ofOriginal(original, map), null, -1);
    FrameModule after =
        new FrameModule(
            transformed, Origins.ofOutput(original, transformed, map), before, stackMemory);
    FunctionFrames frames = new FunctionFrames(before, after, sites, coverage, seed, steps);
    UntouchedCode code = new UntouchedCode(original, transformed, map.indices());
    if (!frames.controls()) {
      return coverage;
    }
    int site = 0;
    for (int body = 0; body < original.bodyCount() && coverage.difference() == null; body++) {
      int function = body + original.importedFunctionCount();
      int end = site;
      while (end < sites.size() && sites.function(end) == function) {
        end++;
      }
      int here = map.indices().function(function) - transformed.importedFunctionCount();
      boolean isSame =
          hasSameLocals(original, body, transformed, here)
              && code.isSame(
                  first(original, body),
                  original.bodyEnd(body),
                  first(transformed, here),
                  transformed.bodyEnd(here));
      if (end > site || !isSame) {
        frames.verify(function, site, end);
      }
      site = end;
    }
    return coverage;
  }

  private static boolean hasSameLocals(Module original, int body, Module transformed, int here) {
    return Arrays.equals(
        original.bytes(),
        original.bodyStart(body),
        first(original, body),
        transformed.bytes(),
        transformed.bodyStart(here),
        first(transformed, here));
  }

  /** Offset of a body's first instruction. */
  private static int first(Module module, int body) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    return in.position();
  }
}
