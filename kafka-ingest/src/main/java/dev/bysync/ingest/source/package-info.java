/**
 * Finds WebAssembly modules in files, directories, archives and packages. {@link
 * dev.bysync.ingest.source.SourceScanner} takes a source as the user wrote it and hands over each
 * module as it is found, one at a time, with its {@link dev.bysync.ingest.source.Origin}. What
 * can't be read becomes a {@link dev.bysync.ingest.source.SourceProblem} and stops nothing else.
 * All content is hostile: memory is bounded, nothing is unpacked to a name that an archive gives.
 * Knows nothing of Kafka or object stores.
 */
@NullMarked
package dev.bysync.ingest.source;

import org.jspecify.annotations.NullMarked;
