package dev.bysync.job;

import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.source.KafkaTopic;
import dev.bysync.job.store.Store;
import dev.bysync.job.transform.EngineFactory;
import dev.bysync.job.transform.ModulePipeline;
import dev.bysync.job.transform.ProcessorFactory;
import dev.bysync.job.transform.TaskSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * One run of the job: everything on the topic that the table does not have yet, then it ends.
 * Running it again does what is new, or what a run that died left undone; nothing twice.
 */
public final class BysyncJob {
  private static final Duration ABANDONED = Duration.ofHours(6);

  private BysyncJob() {}

  /**
   * Runs until all events that were on the topic at the start are in the table.
   *
   * @param spark the session; it stays open
   * @throws JobException if broker, store or cluster fail; never because of a module
   */
  public static RunSummary run(SparkSession spark, JobConfig config, JobListener listener)
      throws JobException {
    return run(spark, config, listener, new EngineFactory(config.process()));
  }

  static RunSummary run(
      SparkSession spark, JobConfig config, JobListener listener, ProcessorFactory factory)
      throws JobException {
    KafkaTopic topic = describe(config);
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    String profile = config.process().profile();
    RunProgress progress = new RunProgress(listener, topic.ends());
    try {
      Store store = Store.open(context.hadoopConfiguration(), config.out());
      store.sweep(System.currentTimeMillis() - ABANDONED.toMillis());
      manifest(progress, config, RunManifest.State.RUNNING, "").write(store);
      TableWriter table = TableWriter.open(store, profile, config.runId());
      TaskSettings settings =
          new TaskSettings(
              config.topic(),
              config.out().toString(),
              profile,
              config.process().strategy().name(),
              config.runId(),
              config.maxModuleBytes());
      ModulePipeline pipeline = new ModulePipeline(context, settings, factory);
      String checkpoint = config.checkpoints() + "/" + checkpointId(config, topic, table.tableId());
      try {
        query(spark, config, checkpoint, new BatchRunner(config, topic, table, pipeline, progress));
      } catch (StreamingQueryException | RuntimeException e) {
        JobException failure = Failures.explain(config, checkpoint, e);
        manifest(progress, config, RunManifest.State.FAILED, String.valueOf(failure.getMessage()))
            .write(store);
        throw failure;
      }
      manifest(progress, config, RunManifest.State.DONE, "").write(store);
      return progress.summary(config.runId(), profile);
    } catch (IOException e) {
      throw Failures.store(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("the run was interrupted: run again; what is committed stays", e);
    } catch (TimeoutException e) {
      throw new JobException("Spark did not start the query in time: run again", e);
    }
  }

  private static void query(
      SparkSession spark, JobConfig config, String checkpoint, BatchRunner runner)
      throws StreamingQueryException, TimeoutException, InterruptedException {
    DataStreamReader reader =
        spark
            .readStream()
            .format("kafka")
            .option("subscribe", config.topic())
            .option("startingOffsets", "earliest")
            .option("failOnDataLoss", "true")
            .option("maxOffsetsPerTrigger", config.batchEvents());
    for (Map.Entry<String, String> property : config.kafka().entrySet()) {
      reader = reader.option("kafka." + property.getKey(), property.getValue());
    }
    StreamingQuery query =
        reader
            .option("kafka.bootstrap.servers", config.bootstrap())
            .load()
            .writeStream()
            .foreachBatch(runner)
            .option("checkpointLocation", checkpoint)
            .trigger(Trigger.AvailableNow())
            .start();
    try {
      await(query);
    } finally {
      query.stop();
    }
  }

  /** Scala does not declare what it throws. */
  private static void await(StreamingQuery query)
      throws StreamingQueryException, InterruptedException {
    query.awaitTermination();
  }

  private static KafkaTopic describe(JobConfig config) throws JobException {
    try {
      return KafkaTopic.describe(config.bootstrap(), config.kafka(), config.topic());
    } catch (KafkaTopic.UnreachableException e) {
      throw new JobException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * What a query's progress belongs to. Another profile reads the topic again; another cluster, a
   * topic that was made anew and a table that was deleted each start from the beginning.
   */
  private static String checkpointId(JobConfig config, KafkaTopic topic, String tableId) {
    String text =
        String.join(
            "\n",
            topic.clusterId(),
            topic.topicId(),
            config.topic(),
            config.process().profile(),
            tableId);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static RunManifest manifest(
      RunProgress progress, JobConfig config, RunManifest.State state, String failure) {
    RunSummary summary = progress.summary(config.runId(), config.process().profile());
    Map<String, Long> verdicts = new TreeMap<>();
    summary.verdicts().forEach((verdict, count) -> verdicts.put(verdict.name(), count));
    return new RunManifest(
        RunManifest.VERSION,
        summary.runId(),
        state,
        config.topic(),
        summary.profile(),
        config.process().strategy().name(),
        summary.processed(),
        summary.skipped(),
        summary.deadLetters(),
        summary.bytes(),
        verdicts,
        summary.duration().toMillis(),
        failure);
  }
}
