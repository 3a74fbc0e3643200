/**
 * What the job leaves behind, committed exactly once. {@link dev.bysync.job.sink.MetricsTable}
 * reads the table and needs no Spark; {@link dev.bysync.job.sink.TableWriter} commits batches to
 * it; {@link dev.bysync.job.sink.BinaryStore} holds transformed modules by content.
 *
 * <pre>
 * OUT/transformed/PROFILE/aa/SHA256.wasm             written by executors, conditional create
 * OUT/metrics/profile=PROFILE/table.json             format, version, the table's own id
 *                             modules/*.parquet      one row for each module
 *                             provenance/*.parquet   one row for each (module, source)
 *                             dead-letters/*.parquet one row for each undecodable record
 *                             commits/NUMBER.json    which files are in the table
 * OUT/runs/RUN/manifest-PROFILE.json                 what one run did
 * </pre>
 *
 * <p><b>Commit protocol.</b> A batch writes its files under names that no other attempt uses, then
 * its commit file, last and only if there is none. A file belongs to the table when a commit names
 * it, so a batch that died half-way is never seen. Commits are numbered without gaps: who finds the
 * next number taken reads what the winner added, leaves that out and tries the one behind. A commit
 * also says how far the topic was read, so that a run starts behind the last one.
 *
 * <p>Depends on the {@code store} package and the engine's verdicts.
 */
@NullMarked
package dev.bysync.job.sink;

import org.jspecify.annotations.NullMarked;
