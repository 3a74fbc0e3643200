package dev.bysync.job;

import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.KeySet;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.source.DeadLetterSender;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.source.KafkaTopic;
import dev.bysync.job.source.Position;
import dev.bysync.job.source.Undecodable;
import dev.bysync.job.transform.BatchPlan;
import dev.bysync.job.transform.ModulePipeline;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Runs one batch after another: plan, process, commit. */
final class BatchRunner implements VoidFunction2<Dataset<Row>, Long> {
  private final transient JobConfig config;
  private final transient KafkaTopic topic;
  private final transient TableWriter table;
  private final transient ModulePipeline pipeline;
  private final transient RunProgress progress;
  private final transient StopSignal stop;
  private final transient KeySet skipped;
  private transient volatile boolean busy;

  BatchRunner(
      JobConfig config,
      KafkaTopic topic,
      TableWriter table,
      ModulePipeline pipeline,
      RunProgress progress,
      StopSignal stop,
      KeySet skipped) {
    this.config = config;
    this.topic = topic;
    this.table = table;
    this.pipeline = pipeline;
    this.progress = progress;
    this.stop = stop;
    this.skipped = skipped;
  }

  /** Ends the query between two batches: the run was asked to stop. */
  static final class StoppedException extends RuntimeException {}

  /** Whether a batch is under way. */
  boolean isBusy() {
    return busy;
  }

  @Override
  public void call(Dataset<Row> batch, Long id) throws Exception {
    if (stop.isRequested()) {
      throw new StoppedException();
    }
    busy = true;
    try {
      run(batch, id);
    } finally {
      busy = false;
    }
    if (stop.isRequested()) {
      throw new StoppedException();
    }
  }

  private void run(Dataset<Row> batch, long id)
      throws IOException, KafkaTopic.UnreachableException {
    long start = System.nanoTime();
    JavaSparkContext spark = new JavaSparkContext(batch.sparkSession().sparkContext());
    table.refresh(); // another run may have done some of it
    List<Decoded> records = pipeline.describe(batch).collect();
    if (records.isEmpty()) {
      return;
    }
    int slots = config.slots() > 0 ? config.slots() : spark.defaultParallelism();
    BatchPlan plan = BatchPlan.of(records, table::hasModule, table::hasSource, slots);
    List<DeadLetterRow> deadLetters = putAside(spark, batch, plan.deadLetters());
    progress.planned(plan, records);
    List<ModuleRow> rows =
        plan.work().isEmpty() ? List.of() : collect(pipeline.process(spark, batch, plan));
    if (rows.size() != plan.work().size()) {
      throw new IOException(
          "%d of %d planned modules came out of batch %d: run again"
              .formatted(rows.size(), plan.work().size(), id));
    }
    Batch committed =
        table.commit(
            new Batch(
                topic.identity(),
                ends(records),
                rows,
                plan.provenance(),
                deadLetters,
                skipped(plan)));
    progress.committed(id, committed, Duration.ofNanos(System.nanoTime() - start));
  }

  /** Sends records to the topic of dead letters that the table does not have. */
  private List<DeadLetterRow> putAside(
      JavaSparkContext spark, Dataset<Row> batch, List<Undecodable> records)
      throws KafkaTopic.UnreachableException {
    List<DeadLetterRow> rows = new ArrayList<>();
    Map<Position, String> reasons = new HashMap<>();
    for (Undecodable record : records) {
      DeadLetterRow row = row(record);
      if (!table.hasDeadLetter(row.key())) {
        rows.add(row);
        reasons.put(record.position(), record.reason());
      }
    }
    if (!rows.isEmpty()) {
      DeadLetterSender sender =
          new DeadLetterSender(
              config.bootstrap(), config.kafka(), config.topic(), config.deadLetterTopic());
      sender.prepare();
      pipeline.rejected(spark, batch, reasons).foreachPartition(sender::send);
    }
    return rows;
  }

  /** How many modules the table had before the run, of those that no earlier batch had. */
  private long skipped(BatchPlan plan) throws IOException {
    long count = 0;
    for (String sha256 : plan.known()) {
      if (!table.isMine(sha256) && skipped.add(sha256)) {
        count++;
      }
    }
    return count;
  }

  private static Map<Integer, Long> ends(List<Decoded> records) {
    Map<Integer, Long> ends = new HashMap<>();
    for (Decoded record : records) {
      ends.merge(record.position().partition(), record.position().offset() + 1, Math::max);
    }
    return ends;
  }

  /** Like collect, but each task's rows are told as soon as it is done. */
  private List<ModuleRow> collect(JavaRDD<ModuleRow> rdd) {
    List<ModuleRow> rows = Collections.synchronizedList(new ArrayList<>());
    ClassTag<List<ModuleRow>> tag = ClassTag.apply(List.class);
    rdd.context()
        .runJob(
            rdd.rdd(),
            new TaskRows(),
            (index, done) -> {
              rows.addAll(done);
              done.forEach(progress::moduleDone);
              return BoxedUnit.UNIT;
            },
            tag);
    return List.copyOf(rows);
  }

  private DeadLetterRow row(Undecodable record) {
    return new DeadLetterRow(
        topic.topicId(),
        config.topic(),
        record.position().partition(),
        record.position().offset(),
        record.reason(),
        record.rawSize());
  }

  /** Runs in the task: all its rows as one result. */
  private static final class TaskRows
      extends AbstractFunction1<Iterator<ModuleRow>, List<ModuleRow>> implements Serializable {
    @Override
    public List<ModuleRow> apply(Iterator<ModuleRow> rows) {
      List<ModuleRow> list = new ArrayList<>();
      CollectionConverters.asJava(rows).forEachRemaining(list::add);
      return list;
    }
  }
}
