package dev.bysync.job.sink;

import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.io.Serializable;

/**
 * One module of the table. All columns before {@code transformNanos} are decided by the module and
 * the profile; that one and those after it by the machine and the run.
 *
 * @param sha256 SHA-256 of the original, 64 lower-case hexadecimal digits
 * @param profile identity of engine version, strategy and options
 * @param strategy name of what transformed it; a table written before there was a choice has no
 *     such column, and its rows are of {@code dispatch}
 * @param verdict what is known of the module
 * @param reason why the verdict is not a plain VERIFIED, else empty
 * @param transformedSha256 SHA-256 of the transformed module, empty if there is none
 * @param originalBytes size of the original
 * @param transformedBytes size of the transformed module, 0 if there is none
 * @param originalGzipBytes size of the original after gzip
 * @param transformedGzipBytes size of the transformed module after gzip
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
 * @param originalCodeBytes size of the original's code section, without its header
 * @param transformedCodeBytes size of the transformed module's code section, without its header
 * @param originalDataBytes size of the original's data section, without its header
 * @param transformedDataBytes size of the transformed module's data section, without its header
 * @param originalCustomBytes size of the original's custom sections, without their headers
 * @param transformedCustomBytes size of the transformed module's custom sections
 * @param secondOpinion what another interpreter found
 * @param responsible what instruments its functions, as {@link ResponsibleText} writes it; empty if
 *     the strategy doesn't tell, and in a table written before there was such a column
 * @param unmatched entries of the options' lists that match nothing in the module, as {@link
 *     UnmatchedText} writes them; empty if there are none
 * @param transformNanos duration of the transform, ns
 * @param verifyNanos duration of the verification, ns
 * @param runId the run that processed the module
 * @param host the machine that processed it
 * @param attempt number of the task's attempt, from 0
 * @param processedAtMillis when it was done, milliseconds since 1970
 */
public record ModuleRow(
    String sha256,
    String profile,
    String strategy,
    Verdict verdict,
    String reason,
    String transformedSha256,
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
    SecondOpinion.Finding secondOpinion,
    String responsible,
    String unmatched,
    long transformNanos,
    long verifyNanos,
    String runId,
    String host,
    int attempt,
    long processedAtMillis)
    implements Serializable {
  public ModuleRow {
    strategy = strategy.isEmpty() ? "dispatch" : strategy;
  }

  /** Whether the module's bytes were to be had; else the row says why not, and may be replaced. */
  public boolean wasRead() {
    return originalGzipBytes > 0;
  }

  /** The row without what the machine and the run decide: equal for equal module and profile. */
  public ModuleRow deterministic() {
    return new ModuleRow(
        sha256,
        profile,
        strategy,
        verdict,
        reason,
        transformedSha256,
        originalBytes,
        transformedBytes,
        originalGzipBytes,
        transformedGzipBytes,
        functions,
        instrumentedFunctions,
        sites,
        reachableSites,
        sitesSuspended,
        sitesByHost,
        sitesForced,
        sitesByFrames,
        sitesByBranches,
        functionsSuspended,
        exportsRun,
        hostCalls,
        suspensions,
        frameSuspensions,
        fuelOriginal,
        fuelTransformed,
        suspensionFuel,
        suspensionStackBytes,
        deepestStackBytes,
        largestFrameBytes,
        originalCodeBytes,
        transformedCodeBytes,
        originalDataBytes,
        transformedDataBytes,
        originalCustomBytes,
        transformedCustomBytes,
        secondOpinion,
        responsible,
        unmatched,
        0,
        0,
        "",
        "",
        0,
        0);
  }
}
