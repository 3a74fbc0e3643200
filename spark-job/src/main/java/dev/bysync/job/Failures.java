package dev.bysync.job;

import dev.bysync.job.source.KafkaTopic;
import dev.bysync.job.transform.StoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.KafkaException;

/** Says what failed and what to do about it. */
final class Failures {
  private static final int MAX_CAUSES = 50;

  private Failures() {}

  static JobException store(JobConfig config, IOException cause) {
    return new JobException(
        "the store %s fails (%s): see that it is there, writable and not full, then run again; what is committed stays"
            .formatted(config.out(), line(cause)),
        cause);
  }

  /** Why the query ended: its causes tell, the first that is ours or Kafka's. */
  static JobException explain(JobConfig config, Throwable failure) {
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      if (cause instanceof StoreFailedException e) {
        return store(config, e);
      }
      if (cause instanceof KafkaTopic.UnreachableException) {
        return new JobException(String.valueOf(cause.getMessage()), failure);
      }
      if (isDataLoss(cause)) {
        return new JobException(
            "Kafka deleted events of %s before they were processed (%s): run with --from earliest to read what there is, and publish again what is missing"
                .formatted(config.topic(), line(cause)),
            failure);
      }
      if (cause instanceof KafkaException) {
        return new JobException(
            "Kafka at %s fails (%s): see that it runs, then run again; what is committed stays"
                .formatted(config.bootstrap(), line(cause)),
            failure);
      }
    }
    Throwable root = causes.get(causes.size() - 1);
    if (root instanceof IOException e) {
      return store(config, e);
    }
    return new JobException(
        "Spark ended the job (%s): run again; what is committed stays".formatted(line(root)),
        failure);
  }

  private static boolean isDataLoss(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("failondataloss") || message.contains("some data may have been lost");
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    Throwable cause = failure;
    while (cause != null && causes.size() < MAX_CAUSES) {
      causes.add(cause);
      cause = cause.getCause();
    }
    return causes;
  }

  /** Spark puts whole stack traces into messages. */
  private static String line(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("");
  }
}
