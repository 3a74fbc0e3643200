/**
 * A run of the pipeline from the command line: {@link dev.bysync.cli.run.RunFlow} starts what is
 * needed, ingests, runs the job and tells what came of it. May depend on the ingest, the job and
 * {@code cli.local}; this is the one place where ingest and job meet.
 */
@NullMarked
package dev.bysync.cli.run;

import org.jspecify.annotations.NullMarked;
