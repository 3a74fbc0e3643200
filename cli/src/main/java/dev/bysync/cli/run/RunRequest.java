package dev.bysync.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for on the command line.
 *
 * @param sources files, directories, archives and packages
 * @param arguments settings of the job that were given, as {@code --name}, {@code value}
 * @param corpus label for everything found, may be empty
 * @param master Spark's master
 * @param spark further properties of Spark
 * @param state where the run's state is kept; null for the default
 * @param store which object store serves an {@code s3a:} output
 * @param output how the summary is told
 */
public record RunRequest(
    List<String> sources,
    List<String> arguments,
    String corpus,
    String master,
    Map<String, String> spark,
    @Nullable Path state,
    StoreChoice store,
    Output output) {

  /** Which object store serves an {@code s3a:} output. */
  public enum StoreChoice {
    /** The one that Hadoop's configuration and the environment name. */
    CONFIGURED,
    /** One inside this process, its objects in the state directory. */
    EMBEDDED
  }

  /** How the summary is told. */
  public enum Output {
    /** A table for people. */
    TABLE,
    /** One JSON object. */
    JSON
  }
}
