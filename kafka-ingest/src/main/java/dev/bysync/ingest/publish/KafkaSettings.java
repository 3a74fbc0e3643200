package dev.bysync.ingest.publish;

import dev.bysync.schemas.EventCodec;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** The clients' settings, and what their failures mean to the user. */
final class KafkaSettings {
  /** Records beside the payload: headers, batch and key. */
  static final int MAX_RECORD_BYTES = EventCodec.MAX_EVENT_BYTES + 64 * 1024;

  /** How long a broker that does not answer is waited for, ms. */
  static final int API_TIMEOUT_MS = 10_000;

  private final Map<String, Object> user;
  private final String topic;

  KafkaSettings(Map<String, Object> user, String topic) {
    this.user = user;
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  String indexTopic() {
    return topic + ".index";
  }

  String deadLetterTopic() {
    return topic + ".dead-letters";
  }

  String bootstrap() {
    return String.valueOf(user.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
  }

  Map<String, Object> admin() {
    return common();
  }

  Map<String, Object> consumer() {
    Map<String, Object> settings = common();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return settings;
  }

  Map<String, Object> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3 * API_TIMEOUT_MS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3 * API_TIMEOUT_MS);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * MAX_RECORD_BYTES);
    settings.putAll(common());
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    return settings;
  }

  private Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS / 2);
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
    settings.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 3_000);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "bysync-ingest");
    settings.putAll(user);
    return settings;
  }

  /** What a client's failure means. */
  PublishException explain(Exception failure) {
    return new PublishException(meaning(failure), failure);
  }

  private String meaning(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException
          || cause instanceof java.util.concurrent.TimeoutException) {
        return "Kafka at %s does not answer; check the address and that the broker runs, then run again: what is published already is not published twice"
            .formatted(bootstrap());
      }
      if (cause instanceof RecordTooLargeException) {
        return "topic %s does not take records of %d bytes; set its max.message.bytes to that"
            .formatted(topic, MAX_RECORD_BYTES);
      }
      if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
        return "Kafka at %s refuses: %s; the user needs to create, read and write the topics %s and %s"
            .formatted(bootstrap(), cause.getMessage(), topic, indexTopic());
      }
    }
    return "Kafka at %s: %s; check the broker and the client's settings, then run again"
        .formatted(bootstrap(), text(failure));
  }

  private static String text(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t.getMessage() != null && text.indexOf(t.getMessage()) < 0) {
        text.append(text.isEmpty() ? "" : ": ").append(t.getMessage());
      }
    }
    return text.isEmpty() ? failure.toString() : text.toString();
  }
}
