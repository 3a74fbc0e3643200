package dev.bysync.job.transform;

import dev.bysync.events.ModuleSubmitted;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.source.DeadLetterSender;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.source.Position;
import dev.bysync.job.source.RecordDecoder;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.EventDecodingException;
import dev.bysync.schemas.Payload;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** The distributed steps of a batch. Each is a pure function of its input: nothing runs here. */
public final class ModulePipeline {
  private static final String[] COLUMNS = {"partition", "offset", "value"};

  private final TaskSettings settings;
  private final ProcessorFactory factory;
  private final Broadcast<SerializableConfiguration> hadoop;

  public ModulePipeline(JavaSparkContext spark, TaskSettings settings, ProcessorFactory factory) {
    this.settings = settings;
    this.factory = factory;
    this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /** What the records of a batch of Kafka's source say, without payloads. */
  public JavaRDD<Decoded> describe(Dataset<Row> batch) {
    return columns(batch).javaRDD().mapPartitions(new Describe(settings.topic()));
  }

  /** The rows of the modules that a plan for this batch chose. */
  public JavaRDD<ModuleRow> process(JavaSparkContext spark, Dataset<Row> batch, BatchPlan plan) {
    return columns(batch)
        .mapPartitions(new Assign(spark.broadcast(plan.tasks())), Encoders.row(WorkItem.SCHEMA))
        .repartitionById(plan.taskCount(), functions.col("task"))
        .javaRDD()
        .mapPartitions(new ModuleTask(settings, factory, hadoop));
  }

  /** Records of a batch that a plan puts aside, with their bytes and the reasons. */
  public JavaRDD<DeadLetterSender.Rejected> rejected(
      JavaSparkContext spark, Dataset<Row> batch, Map<Position, String> reasons) {
    return columns(batch).javaRDD().mapPartitions(new Reject(spark.broadcast(reasons)));
  }

  private static Dataset<Row> columns(Dataset<Row> batch) {
    return batch.select(Stream.of(COLUMNS).map(functions::col).toArray(Column[]::new));
  }

  private static Position position(Row row) {
    return new Position(row.getInt(0), row.getLong(1));
  }

  private static <T> Stream<T> stream(Iterator<T> iterator) {
    Iterable<T> once = () -> iterator;
    return StreamSupport.stream(once.spliterator(), false);
  }

  private record Describe(String topic) implements FlatMapFunction<Iterator<Row>, Decoded> {
    @Override
    public Iterator<Decoded> call(Iterator<Row> rows) {
      return stream(rows)
          .map(row -> RecordDecoder.decode(topic, position(row), row.<byte[]>getAs(2)))
          .iterator();
    }
  }

  private record Reject(Broadcast<Map<Position, String>> reasons)
      implements FlatMapFunction<Iterator<Row>, DeadLetterSender.Rejected> {
    @Override
    public Iterator<DeadLetterSender.Rejected> call(Iterator<Row> rows) {
      Map<Position, String> chosen = reasons.value();
      return stream(rows)
          .filter(row -> chosen.containsKey(position(row)))
          .map(
              row ->
                  new DeadLetterSender.Rejected(
                      position(row),
                      chosen.getOrDefault(position(row), ""),
                      row.isNullAt(2) ? new byte[0] : row.<byte[]>getAs(2)))
          .iterator();
    }
  }

  /** Keeps the events that the plan chose and gives each to its task. */
  private record Assign(Broadcast<Map<Position, Integer>> tasks)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Map<Position, Integer> chosen = tasks.value();
      return stream(rows)
          .map(row -> item(row, chosen.get(position(row))))
          .filter(Objects::nonNull)
          .iterator();
    }

    private static @Nullable Row item(Row row, @Nullable Integer task) {
      if (task == null) {
        return null;
      }
      ModuleSubmitted event;
      try {
        event = EventCodec.decodeModuleSubmitted(row.<byte[]>getAs(2));
      } catch (EventDecodingException e) {
        throw new IllegalStateException("a record changed between two reads of a batch", e);
      }
      Payload payload = Payload.of(event);
      return new WorkItem(
              task,
              event.getSha256(),
              event.getSize(),
              payload instanceof Payload.Stored stored ? stored.uri().toString() : "",
              payload instanceof Payload.Inline inline ? inline.bytes() : new byte[0])
          .toRow();
    }
  }
}
