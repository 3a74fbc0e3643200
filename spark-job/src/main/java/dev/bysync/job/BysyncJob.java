package dev.bysync.job;

import dev.bysync.job.old.Migration;
import dev.bysync.job.sink.BinaryStore;
import dev.bysync.job.sink.Heartbeat;
import dev.bysync.job.sink.KeySet;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunLog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.sink.Tables;
import dev.bysync.job.source.KafkaTopic;
import dev.bysync.job.store.StoreProbe;
import dev.bysync.job.transform.EngineFactory;
import dev.bysync.job.transform.ModulePipeline;
import dev.bysync.job.transform.ProcessorFactory;
import dev.bysync.job.transform.TaskSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;

/**
 * One run of the job: everything on the topic that the table does not have yet, then it ends, or
 * waits for more. Running it again does what is new, or what a run that died left undone; nothing
 * twice. Several runs may work on one topic or one table at the same time: what one has committed
 * the others leave out.
 */
public final class BysyncJob {
  private static final Duration ABANDONED = Duration.ofHours(6);

  private final SparkSession spark;
  private final JobConfig config;
  private final StopSignal stop;

  private BysyncJob(SparkSession spark, JobConfig config, StopSignal stop) {
    this.spark = spark;
    this.config = config;
    this.stop = stop;
  }

  /**
   * Runs until all events that were on the topic at the start are in the table, or until it is
   * stopped.
   *
   * @param spark the session; it stays open
   * @param stop how the caller asks it to stop
   * @throws JobException if broker, store or cluster fail; never because of a module
   */
  public static RunSummary run(
      SparkSession spark, JobConfig config, JobListener listener, StopSignal stop)
      throws JobException {
    return run(spark, config, listener, stop, new EngineFactory(config.process()));
  }

  static RunSummary run(
      SparkSession spark,
      JobConfig config,
      JobListener listener,
      StopSignal stop,
      ProcessorFactory factory)
      throws JobException {
    return new BysyncJob(spark, config, stop).run(listener, factory);
  }

  /** Takes a run down whose modules the table had all: it is one of the runs, too. */
  public static void nothingToDo(Configuration configuration, JobConfig config) throws IOException {
    RunLog.of(Tables.of(configuration, config.out()))
        .write(new Manifests(config, null, () -> RunCounts.NONE).make(RunManifest.State.DONE, ""));
  }

  private RunSummary run(JobListener listener, ProcessorFactory factory) throws JobException {
    KafkaTopic topic = describe();
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    try (RunMetrics metrics = RunMetrics.start(config);
        JsonLog log = JsonLog.open(config)) {
      return run(topic, context, listener, factory, metrics, log);
    } catch (IOException e) {
      throw new JobException(
          "figures can't be served, or the log can't be written (%s): correct --metrics or --json-log"
              .formatted(e.getMessage()),
          e);
    }
  }

  @SuppressWarnings("try") // the heartbeat beats by itself
  private RunSummary run(
      KafkaTopic topic,
      JavaSparkContext context,
      JobListener listener,
      ProcessorFactory factory,
      RunMetrics metrics,
      JsonLog log)
      throws JobException {
    String profile = config.process().profile();
    AtomicReference<RunCounts> counts = new AtomicReference<>(RunCounts.NONE);
    Manifests manifests = new Manifests(config, context, counts::get);
    try {
      Tables tables = Tables.of(context.hadoopConfiguration(), config.out());
      Migration.refuseOld(tables);
      StoreProbe.check(tables.store());
      tables.store().sweep(System.currentTimeMillis() - ABANDONED.toMillis());
      RunLog runs = RunLog.of(tables);
      runs.settle();
      RunManifest started = manifests.make(RunManifest.State.RUNNING, "");
      // Before the tables are looked at: from now on no removal takes anything of the profile.
      try (Heartbeat heartbeat = start(tables, runs, started);
          TableWriter table =
              TableWriter.open(tables, profile, config.runId(), config.reading().mode());
          KeySet skipped = new KeySet()) {
        log.start(started.withCounts(table.counts()));
        Map<Integer, Long> committed =
            config.reading().from() == Reading.From.EARLIEST
                ? Map.of()
                : table.offsets(topic.identity());
        RunProgress progress = new RunProgress(listener, metrics, log, committed, topic.ends());
        TaskSettings settings = settings(context).withSuspects();
        ModulePipeline pipeline = new ModulePipeline(context, settings, factory);
        BatchRunner runner =
            new BatchRunner(config, topic, table, pipeline, progress, stop, skipped);
        try {
          new TopicQuery(spark, config, stop).run(runner, topic, committed, progress);
        } catch (StreamingQueryException | RuntimeException e) {
          JobException failure = Failures.explain(config, e);
          counts.set(table.counts());
          RunManifest failed =
              manifests.make(RunManifest.State.FAILED, String.valueOf(failure.getMessage()));
          log.end(failed);
          runs.write(failed);
          throw failure;
        }
        settings.forgetSuspects();
        counts.set(table.counts());
        RunManifest ended =
            manifests.make(
                stop.isRequested() ? RunManifest.State.STOPPED : RunManifest.State.DONE, "");
        log.end(ended);
        runs.write(ended);
        return progress.summary(config.runId(), profile);
      }
    } catch (IOException e) {
      throw Failures.store(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("the run was interrupted: run again; what is committed stays", e);
    } catch (TimeoutException e) {
      throw new JobException("Spark did not start the query in time: run again", e);
    }
  }

  private static Heartbeat start(Tables tables, RunLog runs, RunManifest started)
      throws IOException {
    Heartbeat heartbeat = Heartbeat.ofRun(tables.store(), started.runId());
    try {
      runs.write(started);
      return heartbeat;
    } catch (IOException | RuntimeException e) {
      heartbeat.close();
      throw e;
    }
  }

  private TaskSettings settings(JavaSparkContext context) {
    return new TaskSettings(
        config.topic(),
        config.out().toString(),
        config.process().profile(),
        config.process().strategy().name(),
        config.runId(),
        config.maxModuleBytes(),
        config.payloads(),
        config.reading().mode() == TableWriter.Mode.FORCE
            ? BinaryStore.Existing.REPLACE
            : BinaryStore.Existing.KEEP,
        config.budgets(),
        slotsOfAJvm(context),
        context.isLocal() ? config.notes() : "",
        Set.of());
  }

  /**
   * Modules that one JVM processes at the same time, 0 where that is known in the executor only.
   */
  private static int slotsOfAJvm(JavaSparkContext context) {
    if (context.isLocal()) {
      return context.defaultParallelism();
    }
    // a standalone worker gives an executor all its cores, other clusters one, unless told
    return context
        .getConf()
        .getInt("spark.executor.cores", context.master().startsWith("spark://") ? 0 : 1);
  }

  private KafkaTopic describe() throws JobException {
    try {
      return KafkaTopic.describe(config.bootstrap(), config.kafka(), config.topic());
    } catch (KafkaTopic.UnreachableException e) {
      throw new JobException(String.valueOf(e.getMessage()), e);
    }
  }
}
