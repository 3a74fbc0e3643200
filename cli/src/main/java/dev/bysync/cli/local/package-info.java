/**
 * What makes a run on one machine need nothing else: {@link StateDirectory} (data that outlives a
 * run, locked while one is under way), {@link EmbeddedBroker} (Kafka) and {@link EmbeddedS3} (an S3
 * endpoint). Depends on Kafka and on {@code outcome}; knows nothing of modules or Spark.
 */
@NullMarked
package dev.bysync.cli.local;

import org.jspecify.annotations.NullMarked;
