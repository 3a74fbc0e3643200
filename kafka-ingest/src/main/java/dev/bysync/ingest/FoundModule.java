package dev.bysync.ingest;

import dev.bysync.ingest.publish.Outcome;
import dev.bysync.ingest.source.Origin;

/**
 * A module in a source.
 *
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 * @param size bytes
 * @param source where it was found
 * @param outcome what publishing did with it
 */
public record FoundModule(String sha256, long size, Origin source, Outcome outcome) {}
