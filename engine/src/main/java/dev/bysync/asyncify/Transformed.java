package dev.bysync.asyncify;

import dev.bysync.analysis.Unmatched;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the transform made of a module.
 *
 * @param bytes the transformed module
 * @param functions functions with a body in the original
 * @param instrumentedFunctions how many of them can be suspended in
 * @param sites where they can be suspended
 * @param map what of the output is what of the original; null if nobody asked
 * @param warnings what the user should know, a sentence each; entries that match nothing among it
 * @param unmatched the entries of lists that match nothing in this module
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record Transformed(
    byte[] bytes,
    int functions,
    int instrumentedFunctions,
    SiteMap sites,
    @Nullable CodeMap map,
    List<String> warnings,
    List<Unmatched> unmatched) {}
