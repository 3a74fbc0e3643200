package dev.bysync.verify;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameCoverage;
import dev.bysync.verify.frame.FrameDifference;
import dev.bysync.verify.frame.FrameVerifier;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import org.jspecify.annotations.Nullable;

/**
 * What is found without running programs: frames by themselves, and what was not instrumented.
 *
 * @param coverage what frames exercised; null if the transform doesn't tell what it did, or one of
 *     the modules can't be read, which running it tells better
 * @param difference the first difference, for people, or an empty string
 */
record FrameCheck(@Nullable FrameCoverage coverage, String difference) {
  /** Instructions for each site, and for each byte of the transformed module. */
  private static final long STEPS_PER_SITE = 5_000;

  private static final long STEPS_PER_BYTE = 100;
  private static final FrameCheck NONE = new FrameCheck(null, "");

  static FrameCheck of(Subject subject, VerifyOptions options) {
    CodeMap map = subject.map();
    SiteMap sites = subject.sites();
    if (map == null || sites == null) {
      return NONE;
    }
    try {
      Module original = Module.read(subject.original());
      Module transformed = Module.read(subject.transformed());
      long steps = sites.size() * STEPS_PER_SITE + subject.transformed().length * STEPS_PER_BYTE;
      FrameCoverage coverage =
          FrameVerifier.verify(
              original,
              transformed,
              map,
              sites,
              stackMemory(transformed, options.memory()),
              options.seed(),
              steps);
      FrameDifference difference = coverage.difference();
      return new FrameCheck(coverage, difference == null ? "" : show(difference));
    } catch (WasmException e) {
      return NONE;
    }
  }

  static String show(FrameDifference difference) {
    if (difference.function() < 0) {
      return difference.what();
    }
    String where =
        difference.offset() < 0 ? "" : " at offset 0x" + Integer.toHexString(difference.offset());
    return "function " + difference.function() + where + ": " + difference.what();
  }

  /** As {@link StackMemory#of}, of a module that is not loaded. */
  static int stackMemory(Module transformed, String export) {
    String[] names =
        export.isEmpty() ? new String[] {"asyncify_memory", "memory"} : new String[] {export};
    for (String name : names) {
      for (Module.Export exported : transformed.exports()) {
        if (exported.kind() == ExternKind.MEMORY && exported.name().equals(name)) {
          return exported.index();
        }
      }
    }
    return transformed.memories().isEmpty() ? -1 : 0;
  }
}
