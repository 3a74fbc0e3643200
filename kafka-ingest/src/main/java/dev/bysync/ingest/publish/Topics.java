package dev.bysync.ingest.publish;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics that are missing. */
final class Topics {
  private Topics() {}

  /** Makes the events' topic and its index if missing, and returns the id of the former. */
  static Uuid prepare(KafkaSettings settings, int partitions) throws PublishException {
    try (Admin admin = Admin.create(settings.admin())) {
      NewTopic events =
          new NewTopic(settings.topic(), Optional.of(partitions), Optional.empty())
              .configs(
                  Map.of(
                      TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                          String.valueOf(2 * KafkaSettings.MAX_RECORD_BYTES),
                      TopicConfig.RETENTION_MS_CONFIG, "-1", // the index says it is there: it stays
                      TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
      NewTopic index =
          new NewTopic(settings.indexTopic(), Optional.of(1), Optional.empty())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
      ensure(admin, index);
      return ensure(admin, events);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw settings.explain(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while preparing the topics", e);
    }
  }

  private static Uuid ensure(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    Optional<Uuid> existing = find(admin, topic.name());
    if (existing.isPresent()) {
      return existing.get();
    }
    try {
      return get(admin.createTopics(List.of(topic)).topicId(topic.name()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) { // someone else was quicker
        return find(admin, topic.name()).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private static Optional<Uuid> find(Admin admin, String topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return Optional.of(
          get(
              Objects.requireNonNull(
                      admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
                  .thenApply(TopicDescription::topicId)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(2L * KafkaSettings.API_TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }
}
