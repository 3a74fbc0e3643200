/**
 * The whole pipeline put to the test from outside: {@link dev.bysync.chaos.KillRerun} kills its
 * parts, {@link dev.bysync.chaos.BadStore} lets its store fail, {@link dev.bysync.chaos.Poison}
 * feeds it hostile modules and {@link dev.bysync.chaos.PipelineBenchmark} measures it. Runs {@code
 * bin/bysync} in processes of its own, against brokers and stores in further ones. The scripts
 * {@code chaos/*} and {@code bench/pipeline} start these.
 */
@NullMarked
package dev.bysync.chaos;

import org.jspecify.annotations.NullMarked;
