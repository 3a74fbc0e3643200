package dev.bysync.engine;

/**
 * Figures of one module. All but the two times are decided by the module's bytes and the options.
 *
 * @param originalBytes size of the input
 * @param transformedBytes size of the output, 0 if there is none
 * @param originalGzipBytes size of the input after gzip
 * @param transformedGzipBytes size of the output after gzip, 0 if there is none
 * @param functions functions with a body in the original
 * @param instrumentedFunctions how many of them were instrumented, 0 if the strategy doesn't tell
 * @param sites calls that may suspend, 0 if the strategy doesn't tell
 * @param reachableSites those that some path of their function's control flow comes to
 * @param sitesSuspended how many of the sites really suspended and resumed, by whatever came to
 *     them first: the four that follow
 * @param sitesByHost in a whole program, by a call of the host
 * @param sitesForced in a whole program, by a call that was made to suspend
 * @param sitesByFrames in a function by itself, on a path that was drawn
 * @param sitesByBranches in a function by itself, on a path that was made for the site
 * @param functionsSuspended functions with a site that suspended
 * @param exportsRun exported functions that were called
 * @param hostCalls calls of imported functions by the original
 * @param suspensions suspensions of whole programs, made and resumed
 * @param frameSuspensions suspensions of single frames, made and resumed
 * @param fuelOriginal instructions executed by the original
 * @param fuelTransformed instructions executed by the transformed module when nothing suspends
 * @param suspensionFuel instructions executed by unwinding and rewinding, all suspensions together
 * @param suspensionStackBytes bytes of all frames written, all suspensions together
 * @param deepestStackBytes bytes of the frames of the deepest suspension
 * @param largestFrameBytes bytes of the largest frame that was put away by itself
 * @param originalCodeBytes size of the input's code section, without its header
 * @param transformedCodeBytes size of the output's code section, without its header
 * @param originalDataBytes size of the input's data section, without its header
 * @param transformedDataBytes size of the output's data section, without its header
 * @param originalCustomBytes size of the input's custom sections, without their headers
 * @param transformedCustomBytes size of the output's custom sections, without their headers
 * @param transformNanos duration of the transform, ns
 * @param verifyNanos duration of the verification, ns
 */
public record ModuleMetrics(
    long originalBytes,
    long transformedBytes,
    long originalGzipBytes,
    long transformedGzipBytes,
    int functions,
    int instrumentedFunctions,
    int sites,
    int reachableSites,
    int sitesSuspended,
    int sitesByHost,
    int sitesForced,
    int sitesByFrames,
    int sitesByBranches,
    int functionsSuspended,
    int exportsRun,
    long hostCalls,
    long suspensions,
    long frameSuspensions,
    long fuelOriginal,
    long fuelTransformed,
    long suspensionFuel,
    long suspensionStackBytes,
    long deepestStackBytes,
    int largestFrameBytes,
    long originalCodeBytes,
    long transformedCodeBytes,
    long originalDataBytes,
    long transformedDataBytes,
    long originalCustomBytes,
    long transformedCustomBytes,
    long transformNanos,
    long verifyNanos) {

  /** Of a module of which nothing more is known than its size, bytes. */
  public static ModuleMetrics ofSize(long bytes) {
    return ofSize(bytes, 0);
  }

  /** Of a module of which nothing more is known than its size and that after gzip, bytes. */
  public static ModuleMetrics ofSize(long bytes, long gzipBytes) {
    return failed(bytes, gzipBytes, SectionSizes.NONE, 0);
  }

  /** Of a module that was not transformed. */
  static ModuleMetrics failed(
      long bytes, long gzipBytes, SectionSizes sections, long transformNanos) {
    return new ModuleMetrics(
        bytes,
        0,
        gzipBytes,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        sections.code(),
        0,
        sections.data(),
        0,
        sections.custom(),
        0,
        transformNanos,
        0);
  }
}
