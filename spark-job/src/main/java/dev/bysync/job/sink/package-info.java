/**
 * What the job leaves behind, committed exactly once. {@link dev.bysync.job.sink.MetricsTable}
 * reads the tables and needs no Spark; {@link dev.bysync.job.sink.TableWriter} commits batches to
 * them; {@link dev.bysync.job.sink.RunLog} writes runs and removes them; {@link
 * dev.bysync.job.sink.BinaryStore} holds transformed modules by content.
 *
 * <pre>
 * OUT/transformed/PROFILE/aa/SHA256.wasm   written by executors, conditional create
 * OUT/tables/modules                       one row for each module and profile; how far topics were
 *                                          read is metadata of this table
 *            modules_replaced              rows that others took the place of
 *            provenance                    one row for each (profile, module, source)
 *            dead_letters                  one row for each (profile, undecodable record)
 *            runs                          one row for each (run, profile)
 *            found                         one row for each (run, module that it found)
 * OUT/runs/RUN/alive                       written every minute while the run lives
 * </pre>
 *
 * <p><b>Commit protocol.</b> Delta's: who creates the object of the next version has committed. A
 * batch adds its dead letters and sources first, each unless its key is there, then in one commit
 * its modules with the offsets up to which the topic was read. Who finds the next version taken
 * reads what the winner added, leaves that out and tries again.
 *
 * <p>Depends on the {@code delta} and {@code store} packages and the engine's verdicts.
 */
@NullMarked
package dev.bysync.job.sink;

import org.jspecify.annotations.NullMarked;
