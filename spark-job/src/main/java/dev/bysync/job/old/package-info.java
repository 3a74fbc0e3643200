/**
 * Reads tables of the format that came before Delta, for {@link dev.bysync.job.old.Migration}
 * alone:
 *
 * <pre>
 * OUT/metrics/profile=PROFILE/commits/NUMBER.json    which files are in the table, numbered from 1
 *                             modules/*.parquet      one row for each module, the last one counts
 *                             provenance/*.parquet
 *                             dead-letters/*.parquet
 * OUT/runs/RUN/manifest-PROFILE.json, found-COUNT.parquet
 * </pre>
 */
@NullMarked
package dev.bysync.job.old;

import org.jspecify.annotations.NullMarked;
