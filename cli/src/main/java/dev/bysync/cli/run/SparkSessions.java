package dev.bysync.cli.run;

import dev.bysync.cli.outcome.CliFailure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the Spark session of a run. */
final class SparkSessions {
  private static final Logger LOG = LoggerFactory.getLogger(SparkSessions.class);

  /** What executors need and a Spark installation doesn't have. */
  private static final List<String> NOT_IN_SPARK =
      List.of(
          "spark-sql-kafka",
          "spark-token-provider-kafka",
          "kafka-clients",
          "commons-pool2",
          "hadoop-aws",
          "analyticsaccelerator");

  private SparkSessions() {}

  /**
   * Starts Spark.
   *
   * @param master Spark's master, {@code local[*]} for threads of this process
   * @param properties properties that count more than ours
   * @param state folder for what Spark puts into its working directory otherwise
   */
  static SparkSession start(String master, Map<String, String> properties, Path state) {
    checkInstallation(master, System.getenv("SPARK_HOME"));
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("bysync")
            .master(master)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.sql.warehouse.dir", state.resolve("spark-warehouse").toUri().toString());
    if (isLocal(master)) {
      builder.config("spark.driver.host", "127.0.0.1");
      builder.config("spark.driver.bindAddress", "127.0.0.1");
      builder.config("spark.local.dir", scratch(state).toString());
    } else {
      builder.config("spark.jars", jarsForExecutors());
    }
    properties.forEach(builder::config);
    return builder.getOrCreate();
  }

  /** A local cluster starts its executors out of a Spark installation. */
  static void checkInstallation(String master, @Nullable String sparkHome) {
    if (master.startsWith("local-cluster") && sparkHome == null) {
      throw CliFailure.usage(
          "--master "
              + master
              + " starts executors out of a Spark installation, and SPARK_HOME is not set; set it to a"
              + " folder with Spark's jars/ (and SPARK_SCALA_VERSION to 2.13), or use local[*]");
    }
  }

  /** What Spark spills; a run that was killed leaves it behind, so the next one clears it. */
  private static Path scratch(Path state) {
    Path scratch = state.resolve("spark");
    if (Files.exists(scratch)) {
      try (Stream<Path> files = Files.walk(scratch)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException | UncheckedIOException e) {
        LOG.warn("{} can't be cleared", scratch, e); // costs disk, nothing else
      }
    }
    return scratch;
  }

  private static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[");
  }

  private static String jarsForExecutors() {
    String light = File.separator + "lib" + File.separator;
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(jar -> jar.contains(light) || isMissingInSpark(new File(jar).getName()))
        .collect(Collectors.joining(","));
  }

  private static boolean isMissingInSpark(String name) {
    return NOT_IN_SPARK.stream().anyMatch(name::startsWith);
  }
}
