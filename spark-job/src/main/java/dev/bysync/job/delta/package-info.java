/**
 * Delta tables of our records, by Delta Kernel: {@link dev.bysync.job.delta.DeltaTable} commits and
 * reads rows, {@link dev.bysync.job.delta.RowCodec} makes rows of records, {@link
 * dev.bysync.job.delta.AtomicLogStore} writes the log where Delta's own log stores are safe within
 * one process only. Needs no Spark.
 *
 * <p>Depends on the {@code store} package. Kernel has no public way to remove files, so {@link
 * dev.bysync.job.delta.DeltaTable} and {@link dev.bysync.job.delta.Vacuum} also use classes of its
 * {@code internal} packages; the others don't.
 */
@NullMarked
package dev.bysync.job.delta;

import org.jspecify.annotations.NullMarked;
