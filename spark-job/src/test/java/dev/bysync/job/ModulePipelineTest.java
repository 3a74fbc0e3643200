package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.BinaryStore;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.transform.BatchPlan;
import dev.bysync.job.transform.Budgets;
import dev.bysync.job.transform.ModulePipeline;
import dev.bysync.job.transform.PayloadRules;
import dev.bysync.job.transform.TaskSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModulePipelineTest {
  private static final StructType KAFKA =
      new StructType()
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("value", DataTypes.BinaryType);

  @TempDir Path folder;

  @Test
  void givesEachModuleToTheTaskOfThePlan() {
    List<Row> records = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      records.add(RowFactory.create(0, (long) i, event("module " + "x".repeat(i))));
    }
    JavaSparkContext spark = new JavaSparkContext(TestSpark.get().sparkContext());
    Dataset<Row> batch = TestSpark.get().createDataFrame(records, KAFKA);
    ModulePipeline pipeline =
        new ModulePipeline(
            spark,
            new TaskSettings(
                "t",
                folder.toUri().toString(),
                "profile",
                "dispatch",
                "run",
                1 << 20,
                PayloadRules.defaults(),
                BinaryStore.Existing.KEEP,
                Budgets.defaults(),
                1,
                "",
                Set.of()),
            new FakeEngine());

    List<Decoded> described = pipeline.describe(batch).collect();
    BatchPlan plan = BatchPlan.of(described, sha256 -> false, id -> false, 1);
    JavaRDD<ModuleRow> rows = pipeline.process(spark, batch, plan);

    assertThat(plan.taskCount()).isEqualTo(32);
    assertThat(rows.getNumPartitions()).isEqualTo(32);
    List<List<ModuleRow>> tasks = rows.glom().collect();
    assertThat(tasks).allSatisfy(task -> assertThat(task).isNotEmpty());
    assertThat(tasks.stream().mapToInt(List::size).sum()).isEqualTo(70);
  }

  private static byte[] event(String text) {
    return Scenario.event(text, text, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }
}
