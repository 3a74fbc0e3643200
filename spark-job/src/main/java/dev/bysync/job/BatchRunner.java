package dev.bysync.job;

import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.source.KafkaTopic;
import dev.bysync.job.source.Undecodable;
import dev.bysync.job.transform.BatchPlan;
import dev.bysync.job.transform.ModulePipeline;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Runs one batch after another: plan, process, commit. */
final class BatchRunner implements VoidFunction2<Dataset<Row>, Long> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  /** Where Spark tells a batch's function which query it is in: the id in the checkpoint. */
  private static final String QUERY_ID = "sql.streaming.queryId";

  private final transient JobConfig config;
  private final transient KafkaTopic topic;
  private final transient TableWriter table;
  private final transient ModulePipeline pipeline;
  private final transient RunProgress progress;

  BatchRunner(
      JobConfig config,
      KafkaTopic topic,
      TableWriter table,
      ModulePipeline pipeline,
      RunProgress progress) {
    this.config = config;
    this.topic = topic;
    this.table = table;
    this.pipeline = pipeline;
    this.progress = progress;
  }

  @Override
  public void call(Dataset<Row> batch, Long id) throws Exception {
    JavaSparkContext spark = new JavaSparkContext(batch.sparkSession().sparkContext());
    String query = Objects.requireNonNull(spark.getLocalProperty(QUERY_ID), QUERY_ID);
    if (table.isCommitted(query, id)) {
      LOG.info("batch {} is in the table already", id);
      return;
    }
    List<Decoded> records = pipeline.describe(batch).collect();
    int slots = config.slots() > 0 ? config.slots() : spark.defaultParallelism();
    BatchPlan plan = BatchPlan.of(records, table::hasModule, table::hasSource, slots);
    List<Undecodable> lost = new ArrayList<>();
    List<DeadLetterRow> lostRows = new ArrayList<>();
    for (Undecodable record : plan.deadLetters()) {
      DeadLetterRow row = row(record);
      if (!table.hasDeadLetter(row.key())) {
        lost.add(record);
        lostRows.add(row);
      }
    }
    if (!lost.isEmpty()) {
      KafkaTopic.sendDeadLetters(
          config.bootstrap(), config.kafka(), config.topic(), config.deadLetterTopic(), lost);
    }
    progress.planned(plan, records, lost.size());
    List<ModuleRow> rows =
        plan.work().isEmpty() ? List.of() : collect(pipeline.process(spark, batch, plan));
    if (rows.size() != plan.work().size()) {
      throw new IOException(
          "%d of %d planned modules came out of batch %d: run again"
              .formatted(rows.size(), plan.work().size(), id));
    }
    table.commit(query, id, rows, plan.provenance(), lostRows);
    progress.committed(id, rows);
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
