package dev.bysync.ingest.publish;

import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Where modules are published to.
 *
 * @param kafka client settings; {@code bootstrap.servers} must be among them
 * @param topic topic of the events; made if missing
 * @param partitions how many partitions the topic gets if it has to be made
 * @param store root of the object store, an absolute URI
 * @param hadoop settings of the store's file system
 * @param corpus label of all events
 */
public record Target(
    Map<String, Object> kafka,
    String topic,
    int partitions,
    URI store,
    Configuration hadoop,
    String corpus) {}
