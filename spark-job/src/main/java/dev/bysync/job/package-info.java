/**
 * The Spark job: reads submitted modules from Kafka, has the engine process them on the executors,
 * and leaves binaries and a metrics table in a store, exactly once. {@link
 * dev.bysync.job.BysyncJob#run} runs it in a given session, {@link dev.bysync.job.JobMain} under
 * {@code spark-submit}; both take a {@link dev.bysync.job.JobConfig}.
 *
 * <p>One way: {@code store <- sink <- source <- transform <- job}; {@code config} depends on none
 * of them. Nothing here knows where modules come from before the topic.
 */
@NullMarked
package dev.bysync.job;

import org.jspecify.annotations.NullMarked;
