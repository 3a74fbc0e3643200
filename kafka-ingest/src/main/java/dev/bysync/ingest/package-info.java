/**
 * Finds modules in sources and publishes them: {@link dev.bysync.ingest.Ingest#run} is the entry.
 * {@code source} finds, {@code publish} publishes, this package puts the two together; neither
 * knows it. Never sees the engine or the Spark job.
 */
@NullMarked
package dev.bysync.ingest;

import org.jspecify.annotations.NullMarked;
