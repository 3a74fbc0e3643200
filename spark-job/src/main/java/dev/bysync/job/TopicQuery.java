package dev.bysync.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.job.Reading.From;
import dev.bysync.job.Reading.Until;
import dev.bysync.job.source.KafkaTopic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's streaming query over the topic, from its start to its end.
 *
 * <p>How far the topic was read is in the table, committed together with the rows, and a query
 * starts there. Spark's own checkpoint is of no use to a later run: it lives in a temporary folder
 * of the driver and ends with the query. So two runs share nothing but the table, and there is no
 * second truth that could differ from it.
 */
final class TopicQuery {
  private static final Logger LOG = LoggerFactory.getLogger(TopicQuery.class);
  private static final long WAIT_MILLIS = 500;

  /** How Spark's Kafka source says "from the first record that there is". */
  private static final long EARLIEST = -2;

  private final SparkSession spark;
  private final JobConfig config;
  private final StopSignal stop;

  TopicQuery(SparkSession spark, JobConfig config, StopSignal stop) {
    this.spark = spark;
    this.config = config;
    this.stop = stop;
  }

  /**
   * Runs the query until it ends or is asked to stop.
   *
   * @param committed for each partition the offset up to which the table has everything
   */
  void run(BatchRunner runner, KafkaTopic topic, Map<Integer, Long> committed, RunProgress progress)
      throws StreamingQueryException, TimeoutException, InterruptedException, IOException {
    Path checkpoint = Files.createTempDirectory("bysync-query");
    try {
      StreamingQuery query = start(runner, start(topic, committed), checkpoint);
      try {
        await(query, runner, progress);
      } catch (StreamingQueryException e) {
        if (!isStop(e)) {
          throw e;
        }
      } finally {
        query.stop();
      }
    } finally {
      delete(checkpoint);
    }
  }

  private StreamingQuery start(BatchRunner runner, String start, Path checkpoint)
      throws TimeoutException {
    DataStreamReader reader =
        spark
            .readStream()
            .format("kafka")
            .option("subscribe", config.topic())
            .option("startingOffsets", start)
            .option("failOnDataLoss", "true")
            .option("maxOffsetsPerTrigger", config.batchEvents());
    for (Map.Entry<String, String> property : config.kafka().entrySet()) {
      reader = reader.option("kafka." + property.getKey(), property.getValue());
    }
    return reader
        .option("kafka.bootstrap.servers", config.bootstrap())
        .load()
        .writeStream()
        .foreachBatch(runner)
        .option("checkpointLocation", checkpoint.toUri().toString())
        .trigger(
            config.reading().until() == Until.AVAILABLE_NOW
                ? Trigger.AvailableNow()
                : Trigger.ProcessingTime(config.reading().pollSeconds(), TimeUnit.SECONDS))
        .start();
  }

  private String start(KafkaTopic topic, Map<Integer, Long> committed) {
    if (config.reading().from() == From.EARLIEST) {
      return "earliest";
    }
    Map<String, Long> offsets = new TreeMap<>();
    for (Integer partition : topic.ends().keySet()) {
      offsets.put(partition.toString(), committed.getOrDefault(partition, EARLIEST));
    }
    try {
      return new ObjectMapper().writeValueAsString(Map.of(config.topic(), offsets));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of numbers can be written", e);
    }
  }

  private void await(StreamingQuery query, BatchRunner runner, RunProgress progress)
      throws StreamingQueryException, TimeoutException, InterruptedException {
    long looked = System.nanoTime();
    while (!awaitTermination(query)) {
      if (stop.isRequested() && !runner.isBusy()) {
        query.stop();
        return;
      }
      boolean due =
          System.nanoTime() - looked > TimeUnit.SECONDS.toNanos(config.reading().pollSeconds());
      if (config.reading().until() == Until.STOPPED && due) {
        looked = System.nanoTime();
        look(progress);
      }
    }
  }

  private void look(RunProgress progress) {
    try {
      progress.ends(KafkaTopic.describe(config.bootstrap(), config.kafka(), config.topic()).ends());
    } catch (KafkaTopic.UnreachableException e) {
      LOG.warn("how far the topic reaches is not known", e); // the query itself tells if that lasts
    }
  }

  /** Scala does not declare what it throws. */
  private static boolean awaitTermination(StreamingQuery query)
      throws StreamingQueryException, InterruptedException {
    return query.awaitTermination(WAIT_MILLIS);
  }

  private static boolean isStop(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BatchRunner.StoppedException) {
        return true;
      }
    }
    return false;
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> files = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} stays", folder, e);
    }
  }
}
