/**
 * Publishes modules to Kafka, each finding once. {@link dev.bysync.ingest.publish.Publisher} is the
 * entry; {@link dev.bysync.ingest.publish.DeadLetters} shows what the job has put aside and
 * publishes it again. Knows Kafka and Hadoop's file systems, and of the sources only what a module
 * is.
 *
 * <p>Every distinct (SHA-256, origin) is one event on the topic, keyed by SHA-256 so that all
 * events of a module are in one partition; the first has the payload. A module too large for an
 * event is in the object store before its event is sent. After the event a small record goes to the
 * compacted topic {@code TOPIC.index}; a later run reads that, and the few events behind the last
 * one indexed, to know what is published. The producer is idempotent and keeps the order. So a run
 * may be killed at any moment, and the broker too: nothing is lost, and nothing comes twice.
 *
 * <p>Rejected: event and index record in one transaction. A broker of one node that is killed right
 * after it confirmed a commit can come back without the commit markers (seen with 4.3.1); then
 * readers of committed records miss the events, until a later transaction brings them back, a
 * second time by then. What transactions would add is that a second ingest into the same topic at
 * the same time is shut out; run one at a time, or the same finding may come twice.
 */
@NullMarked
package dev.bysync.ingest.publish;

import org.jspecify.annotations.NullMarked;
