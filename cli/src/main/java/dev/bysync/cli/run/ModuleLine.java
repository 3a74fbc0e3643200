package dev.bysync.cli.run;

import dev.bysync.job.sink.ModuleRow;
import org.jspecify.annotations.Nullable;

/**
 * One module that the user asked for.
 *
 * @param name where it was found, as the user would write it; of several places the first
 * @param otherPlaces in how many other places the same bytes were found
 * @param strategy name of what transforms it
 * @param sha256 SHA-256 of the original
 * @param result its row of the table; null if the run ended before it
 * @param binary address of the transformed module, empty if there is none
 * @param known whether an earlier run had processed it
 */
record ModuleLine(
    String name,
    int otherPlaces,
    String strategy,
    String sha256,
    @Nullable ModuleRow result,
    String binary,
    boolean known) {}
