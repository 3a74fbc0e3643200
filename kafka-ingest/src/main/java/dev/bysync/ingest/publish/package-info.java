/**
 * Publishes modules to Kafka, each finding once. {@link dev.bysync.ingest.publish.Publisher} is the
 * entry. Knows Kafka and Hadoop's file systems, and of the sources only what a module is.
 *
 * <p>Every distinct (SHA-256, origin) is one event on the topic, keyed by SHA-256 so that all
 * events of a module are in one partition; the first has the payload. In the same Kafka transaction
 * a small record goes to the compacted topic {@code TOPIC.index}, which is what a later run reads,
 * committed records only, to know what is published. The transactional id is the topic's, so that a
 * second publisher at work on the same topic ends the first instead of doubling its events. A
 * module too large for an event is in the object store before its event is sent. So a run may be
 * killed at any moment, and the broker too: what was not committed is published by the next run.
 *
 * <p>Consumers have to read with {@code isolation.level=read_committed}.
 */
@NullMarked
package dev.bysync.ingest.publish;

import org.jspecify.annotations.NullMarked;
