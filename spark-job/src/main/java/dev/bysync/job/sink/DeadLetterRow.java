package dev.bysync.job.sink;

import java.io.Serializable;

/**
 * A record of the topic that is no event. Its bytes are on the topic of dead letters.
 *
 * @param topicId Kafka's id of the topic: another topic of the same name has another
 * @param topic the topic
 * @param partition the record's partition
 * @param offset the record's offset
 * @param reason what is wrong with it
 * @param rawSize size of its value, bytes
 */
public record DeadLetterRow(
    String topicId, String topic, int partition, long offset, String reason, long rawSize)
    implements Serializable {
  /** Identity of the record. */
  public String key() {
    return topicId + "/" + partition + "/" + offset;
  }
}
