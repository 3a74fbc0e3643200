package dev.bysync.engine;

import dev.bysync.analysis.Unmatched;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one module.
 *
 * @param verdict the verdict of the verification
 * @param reason why the verdict is not a plain VERIFIED, else empty
 * @param transformed the transformed module; null if there is none (REJECTED, ERROR)
 * @param metrics figures; those that were not reached are 0
 * @param second what another interpreter found; the reason says so if it disagrees
 * @param responsible what instruments its functions, the most responsible first; empty if the
 *     strategy doesn't tell
 * @param unmatched entries of the options' lists that match nothing in the module
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record ProcessedModule(
    Verdict verdict,
    String reason,
    byte @Nullable [] transformed,
    ModuleMetrics metrics,
    SecondOpinion.Finding second,
    List<Responsible> responsible,
    List<Unmatched> unmatched) {
  /** Where nobody asked another interpreter, and it is not told what instruments functions. */
  public ProcessedModule(
      Verdict verdict, String reason, byte @Nullable [] transformed, ModuleMetrics metrics) {
    this(
        verdict,
        reason,
        transformed,
        metrics,
        SecondOpinion.Finding.NOT_ASKED,
        List.of(),
        List.of());
  }
}
