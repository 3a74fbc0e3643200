package dev.bysync.cli.run;

import dev.bysync.cli.local.LogFile;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.job.sink.Tables;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * SQL over the tables of a store: Spark reads the files that the tables' logs name, so that it
 * needs nothing of Delta's.
 */
public final class QueryFlow {
  private static final String NULL = "";

  private QueryFlow() {}

  /** How rows are printed. */
  public enum Format {
    TABLE,
    CSV,
    JSON
  }

  /**
   * Asks, and prints the rows.
   *
   * @throws CliFailure if the query is wrong, or the store fails
   */
  public static ExitCode run(
      String place, String sql, Map<String, String> hadoop, Format format, PrintStream out) {
    URI root = place.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") ? URI.create(place) : uri(place);
    Configuration configuration = new Configuration();
    hadoop.forEach(configuration::set);
    LogFile.discard(); // before anything that logs
    @Nullable Path scratch = null;
    try {
      scratch = Files.createTempDirectory("bysync-query");
      Map<String, String> properties = new HashMap<>();
      hadoop.forEach((name, value) -> properties.put("spark.hadoop." + name, value));
      properties.put("spark.sql.session.timeZone", "UTC");
      Tables tables = Tables.of(configuration, root);
      if (!tables.exist()) {
        throw CliFailure.badInput("there are no tables in " + root, null);
      }
      SparkSession spark = SparkSessions.start("local[*]", properties, scratch);
      try {
        for (String name : Tables.NAMES) {
          view(spark, tables, name);
        }
        print(spark.sql(sql), format, out);
      } finally {
        spark.stop();
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      throw CliFailure.infrastructure("%s can't be read: %s".formatted(root, e.getMessage()), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      if (isWrongQuery(e)) {
        throw CliFailure.usage(String.valueOf(e.getMessage()));
      }
      throw new IllegalStateException(e);
    } finally {
      delete(scratch);
    }
  }

  private static URI uri(String path) {
    return Path.of(path).toAbsolutePath().normalize().toUri();
  }

  /** It is a checked exception that Scala throws without saying so. */
  private static boolean isWrongQuery(Throwable e) {
    return AnalysisException.class.isInstance(e);
  }

  private static void view(SparkSession spark, Tables tables, String name) throws IOException {
    Tables.Content content = tables.content(name);
    StructType schema = (StructType) DataType.fromJson(content.schemaJson());
    Dataset<Row> rows =
        content.files().isEmpty()
            ? spark.createDataFrame(List.of(), schema)
            : spark.read().schema(schema).parquet(content.files().toArray(String[]::new));
    rows.createOrReplaceTempView(name);
  }

  private static void print(Dataset<Row> result, Format format, PrintStream out) {
    if (format == Format.JSON) {
      result.toJSON().toLocalIterator().forEachRemaining(out::println);
      return;
    }
    Column[] texts =
        Arrays.stream(result.columns())
            .map(name -> result.col("`" + name.replace("`", "``") + "`").cast("string").as(name))
            .toArray(Column[]::new);
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of(result.columns()));
    for (Row row : result.select(texts).collectAsList()) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < row.length(); i++) {
        cells.add(row.isNullAt(i) ? NULL : row.getString(i));
      }
      lines.add(cells);
    }
    if (format == Format.CSV) {
      lines.forEach(line -> out.println(csv(line)));
    } else {
      table(lines, out);
    }
    out.flush();
  }

  private static String csv(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.matches("[^\",\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(","));
  }

  private static void table(List<List<String>> lines, PrintStream out) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Printable.of(line.get(i)).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        text.append(
            String.format("%-" + Math.max(1, widths[i]) + "s  ", Printable.of(line.get(i))));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
