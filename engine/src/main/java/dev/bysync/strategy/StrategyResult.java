package dev.bysync.strategy;

import dev.bysync.analysis.Unmatched;
import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a strategy made of a module.
 *
 * @param bytes the transformed module
 * @param functions functions with a body in the original
 * @param instrumentedFunctions how many of them can be suspended in; 0 if the strategy doesn't tell
 * @param sites where they can be suspended; null if the strategy doesn't tell
 * @param map what of the output is what of the original; null if the strategy doesn't tell
 * @param warnings what the user should know, a sentence each
 * @param unmatched entries of lists that match nothing; empty if the strategy has no lists
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record StrategyResult(
    byte[] bytes,
    int functions,
    int instrumentedFunctions,
    @Nullable SiteMap sites,
    @Nullable CodeMap map,
    List<String> warnings,
    List<Unmatched> unmatched) {
  /** Number of sites; 0 if the strategy doesn't tell. */
  public int siteCount() {
    return sites == null ? 0 : sites.size();
  }
}
