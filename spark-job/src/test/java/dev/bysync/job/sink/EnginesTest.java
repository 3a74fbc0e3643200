package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.TestSpark;
import io.delta.kernel.data.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other people's engines count what ours does: Spark SQL by {@code delta-spark}, DuckDB over the
 * files that the log names; after a writer that died, a forced run, OPTIMIZE and VACUUM, with a
 * writer that goes on.
 */
class EnginesTest {
  private static final String PROFILE = TableWriterTest.PROFILE;

  @TempDir Path folder;
  private Tables tables;
  private SparkSession spark;

  @BeforeEach
  void start() throws IOException {
    tables = Tables.of(new Configuration(), folder.toUri());
    spark = TestSpark.get().newSession();
    SparkSession.setActiveSession(spark); // some of Delta asks for the active one
    spark.conf().set("spark.sql.shuffle.partitions", "1");
    spark.conf().set("spark.databricks.delta.snapshotPartitions", "1");
    spark.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
  }

  @AfterEach
  void leave() {
    SparkSession.clearActiveSession();
  }

  @Test
  void countTheSameWhateverHappened() throws Exception {
    try (TableWriter writer = writer("r1", TableWriter.Mode.NEW_ONLY)) {
      for (int i = 0; i < 12; i++) {
        writer.commit(batch(i, "a" + i, "b" + i));
      }
      allCount(24);

      dies();
      allCount(24);
      assertThat(parquetFiles()).as("the dead writer's file is there").hasSize(13);

      try (TableWriter forced = writer("r2", TableWriter.Mode.FORCE)) {
        forced.commit(batch(20, TableWriterTest.module("a3", 2), TableWriterTest.module("b7", 2)));
      }
      allCount(24);
      assertThat(count("SELECT count(*) FROM %s WHERE run_id = 'r2'")).isEqualTo(2);

      spark.sql("OPTIMIZE delta.`%s`".formatted(modules()));
      assertThat(tables.modules().latest().orElseThrow().files()).hasSize(1);
      allCount(24);

      // a writer that was opened before it goes on
      writer.commit(batch(12, "a3", "c0"));
      allCount(25);
      try (TableWriter forced = writer("r3", TableWriter.Mode.FORCE)) {
        forced.commit(batch(21, TableWriterTest.module("a4", 3)));
      }
      allCount(25);

      spark.sql("VACUUM delta.`%s` RETAIN 0 HOURS".formatted(modules()));
      assertThat(parquetFiles()).hasSize(tables.modules().latest().orElseThrow().files().size());
      allCount(25);
      writer.commit(batch(13, "c1"));
      allCount(26);
    }
    assertThat(MetricsTable.open(tables, PROFILE).writtenBy("r1")).hasSize(26);
    assertThat(MetricsTable.open(tables, PROFILE).deadLetters()).isEmpty();
  }

  /**
   * OPTIMIZE and a job at the same time: whoever loses tries again or gives up, nothing is lost.
   */
  @Test
  void optimizeBesideAWriter() throws Exception {
    try (TableWriter writer = writer("r1", TableWriter.Mode.NEW_ONLY)) {
      writer.commit(batch(0, "a0"));
      Thread optimizer =
          new Thread(
              () -> {
                SparkSession.setActiveSession(spark);
                for (int i = 0; i < 3; i++) {
                  spark.sql("OPTIMIZE delta.`%s`".formatted(modules()));
                }
              });
      optimizer.start();
      for (int i = 1; i < 30; i++) {
        writer.commit(batch(i, "a" + i));
      }
      optimizer.join();
    }
    allCount(30);
  }

  /** Structs, timestamps and names are what other engines expect. */
  @Test
  void columnsAreOfTypesThatEnginesKnow() throws Exception {
    try (TableWriter writer = writer("r1", TableWriter.Mode.NEW_ONLY)) {
      writer.commit(batch(0, "a0"));
    }
    List<org.apache.spark.sql.Row> rows =
        spark
            .sql(
                """
                SELECT responsible[0].name, unmatched.places['imports'], unmatched.near[0].names[0],
                  year(processed_at), commit_id, committed_at > timestamp '2020-01-01'
                FROM delta.`%s`\
                """
                    .formatted(modules()))
            .collectAsList();
    assertThat(rows).hasSize(1);
    org.apache.spark.sql.Row row = rows.get(0);
    assertThat(row.getString(0)).isEqualTo("env.a");
    assertThat(row.getString(1)).isEqualTo("0-2");
    assertThat(row.getString(2)).isEqualTo("a.b");
    assertThat(row.getInt(3)).isEqualTo(1970);
    assertThat(row.getString(4)).hasSize(36);
    assertThat(row.getBoolean(5)).isTrue();
    assertThat(
            duckDb(
                "SELECT responsible[1].name || unmatched.near[1].names[1] || year(processed_at)"
                    + " FROM "
                    + files()))
        .isEqualTo("env.aa.b1970");
  }

  /** Names that need no quotes, whatever engine reads them. */
  @Test
  void noColumnIsAReservedWord() throws Exception {
    spark.sql("SET spark.sql.ansi.enabled=true");
    spark.sql("SET spark.sql.ansi.enforceReservedKeywords=true");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      for (String column : columns()) {
        spark.sql("SELECT %s FROM (SELECT 1 AS %s)".formatted(column, column));
        statement.execute("SELECT %s FROM (SELECT 1 AS %s)".formatted(column, column));
        assertThat(column).isEqualTo(column.toLowerCase(java.util.Locale.ROOT));
        assertThat(HIVE_AND_TRINO).doesNotContain(column);
      }
    } finally {
      spark.sql("SET spark.sql.ansi.enforceReservedKeywords=false");
    }
  }

  /** Reserved by Athena in DDL (Hive's) or in queries (Trino's), of words that we might choose. */
  private static final List<String> HIVE_AND_TRINO =
      List.of(
          "offset",
          "partition",
          "user",
          "timestamp",
          "date",
          "table",
          "function",
          "values",
          "order",
          "group",
          "start",
          "end",
          "row",
          "rows",
          "range",
          "references",
          "exchange",
          "percent",
          "local",
          "time",
          "interval",
          "map",
          "array",
          "external",
          "import",
          "set",
          "to",
          "current",
          "constraint",
          "update",
          "trigger",
          "view");

  private static List<String> columns() {
    return Stream.of(
            Tables.MODULES, Tables.PROVENANCE, Tables.DEAD_LETTERS, Tables.RUNS, Tables.FOUND)
        .flatMap(codec -> codec.schema().fieldNames().stream())
        .distinct()
        .toList();
  }

  private void dies() throws IOException {
    Path commit = null;
    long next = tables.modules().latest().orElseThrow().number() + 1;
    try (TableWriter dying = writer("dead", TableWriter.Mode.NEW_ONLY)) {
      commit = folder.resolve("tables/modules/_delta_log/%020d.json".formatted(next));
      Files.createDirectory(commit);
      dying.commit(batch(99, "dead"));
    } catch (IOException e) {
      assertThat(commit).isDirectory();
    } finally {
      Files.delete(commit);
    }
  }

  private void allCount(long modules) throws Exception {
    org.apache.spark.sql.Row counts =
        spark
            .sql(
                "SELECT count(*), count(DISTINCT profile, sha256) FROM delta.`%s`"
                    .formatted(modules()))
            .first();
    assertThat(counts.getLong(0)).as("Spark").isEqualTo(modules);
    assertThat(counts.getLong(1)).as("Spark").isEqualTo(modules);
    assertThat(duckDb("SELECT count(*) FROM " + files()))
        .as("DuckDB")
        .isEqualTo(Long.toString(modules));
    List<Row> kernel = new ArrayList<>();
    var version = tables.modules().latest().orElseThrow();
    version.read(version.files(), kernel::add);
    assertThat(kernel).as("Kernel").hasSize((int) modules);
    assertThat(MetricsTable.open(tables, PROFILE).modules()).as("ours").hasSize((int) modules);
  }

  private long count(String sql) {
    return spark.sql(sql.formatted("delta.`%s`".formatted(modules()))).first().getLong(0);
  }

  private String files() throws IOException {
    return tables.modules().latest().orElseThrow().files().stream()
        .map(
            file ->
                "'"
                    + new org.apache.hadoop.fs.Path(tables.modules().place(file)).toUri().getPath()
                    + "'")
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  private static String duckDb(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  private String modules() {
    return folder.resolve("tables/modules").toString();
  }

  private List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(modules()))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private TableWriter writer(String run, TableWriter.Mode mode) throws IOException {
    return TableWriter.open(tables, PROFILE, run, mode);
  }

  private static Batch batch(long offset, String... modules) {
    return batch(
        offset,
        Arrays.stream(modules)
            .map(name -> TableWriterTest.module(name, 1))
            .toArray(ModuleRow[]::new));
  }

  private static Batch batch(long offset, ModuleRow... rows) {
    return new Batch("t", Map.of(0, offset), List.of(rows), List.of(), List.of(), 0);
  }
}
