package dev.bysync.job;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import dev.bysync.job.sink.ListUse;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.strategy.Dispatch;
import dev.bysync.strategy.Strategy;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The job under {@code spark-submit}:
 *
 * <pre>
 * spark-submit --class dev.bysync.job.JobMain spark-job-job.jar --kafka HOST:PORT --out s3a://BUCKET/PATH
 * </pre>
 *
 * <p>Exit codes: 0 everything on the topic is in the table, or a continuous run was stopped; 2
 * wrong settings, or with {@code --strict} an entry of a list that matches in no module of the
 * table; 4 broker, store or cluster failed; 130 stopped by SIGTERM or SIGINT before its end.
 */
public final class JobMain {
  private static final int USAGE = 2;
  private static final int INFRASTRUCTURE = 4;
  private static final int INTERRUPTED = 130;

  private JobMain() {}

  public static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.println("Options:\n" + Settings.help());
      return;
    }
    int status = run(arguments, System.getenv());
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(String[] arguments, Map<String, String> environment) {
    JobConfig config;
    try {
      config = configure(arguments, environment, Clock.systemUTC());
    } catch (JobConfig.InvalidConfigException e) {
      e.problems().forEach(problem -> System.err.println("bysync: " + problem));
      System.err.println("Options:\n" + Settings.help());
      return USAGE;
    }
    StopSignal stop = new StopSignal();
    Signals.stopOnTermination(stop);
    SparkSession spark = SparkSession.builder().appName("bysync").getOrCreate();
    try {
      print(BysyncJob.run(spark, config, JobListener.NONE, stop));
      if (stop.isRequested() && config.reading().until() == Reading.Until.AVAILABLE_NOW) {
        return INTERRUPTED;
      }
      return listStatus(listWarnings(spark, config), Settings.resolve(arguments, environment));
    } catch (JobException e) {
      System.err.println("bysync: " + e.getMessage());
      return INFRASTRUCTURE;
    } finally {
      spark.stop();
    }
  }

  /** Entries of lists that match in no module of the profile's table. */
  private static List<String> listWarnings(SparkSession spark, JobConfig config)
      throws JobException {
    ProcessOptions process = config.process();
    if (!(process.strategy() instanceof Dispatch)) {
      return List.of();
    }
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    try {
      MetricsTable table = MetricsTable.open(configuration, config.out(), process.profile());
      return ListUse.of(table, process.asyncify().selection()).warnings();
    } catch (IOException e) {
      throw new JobException("the table can't be read again: " + e.getMessage(), e);
    }
  }

  /** Tells them, and what they mean for the exit code. */
  static int listStatus(List<String> warnings, Settings settings) {
    warnings.forEach(warning -> System.err.println("bysync: " + warning));
    return !warnings.isEmpty() && settings.flag(Setting.STRICT) ? USAGE : 0;
  }

  static JobConfig configure(String[] arguments, Map<String, String> environment, Clock clock) {
    Settings settings = Settings.resolve(arguments, environment);
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    AsyncifyOptions asyncify = TransformSettings.options(settings, problems, warnings);
    List<Strategy> strategies = StrategySettings.strategies(settings, problems);
    StrategySettings.checkOptions(strategies, asyncify, problems);
    if (strategies.size() > 1) {
      problems.add("a job has one strategy: submit one for each, or use bysync run (--strategy)");
    }
    warnings.forEach(warning -> System.err.println("bysync: " + warning));
    long fuel = settings.number(Setting.FUEL);
    if (fuel < 1) {
      problems.add("fuel must be at least 1 (--fuel)");
    }
    JobConfig.Builder builder =
        JobConfig.builder()
            .bootstrap(settings.text(Setting.KAFKA))
            .kafka(settings.properties(Setting.KAFKA_PROPERTIES))
            .topic(settings.text(Setting.TOPIC))
            .out(uri(settings.text(Setting.OUT), problems))
            .runId(ReadingSettings.runId(settings.text(Setting.RUN_ID), clock))
            .revision(settings.text(Setting.REVISION))
            .reading(ReadingSettings.reading(settings, problems))
            .payloads(ReadingSettings.payloads(settings))
            .budgets(ReadingSettings.budgets(settings, problems))
            .telemetry(ReadingSettings.telemetry(settings))
            .notes(notes())
            .slots(ReadingSettings.clamp(settings.number(Setting.SLOTS)))
            .batchEvents(ReadingSettings.clamp(settings.number(Setting.BATCH_EVENTS)))
            .maxModuleBytes(settings.number(Setting.MAX_MODULE_BYTES))
            .process(
                new ProcessOptions(
                    strategies.get(0),
                    asyncify,
                    settings.number(Setting.SEED),
                    fuel,
                    ReadingSettings.percent(settings, Setting.SECOND_OPINIONS, problems),
                    ReadingSettings.percent(settings, Setting.MIN_SITES, problems)));
    problems.addAll(0, settings.problems());
    try {
      JobConfig config = builder.build();
      if (problems.isEmpty()) {
        return config;
      }
    } catch (JobConfig.InvalidConfigException e) {
      problems.addAll(e.problems());
    }
    throw new JobConfig.InvalidConfigException(problems);
  }

  /** Of this user on this machine; used only where the driver does the work. */
  private static String notes() {
    return Path.of(
            System.getProperty("java.io.tmpdir"), "bysync-" + System.getProperty("user.name"))
        .resolve("attempts")
        .toString();
  }

  /** A path without a scheme is a local one. */
  private static URI uri(String text, List<String> problems) {
    try {
      URI uri = new URI(text);
      return uri.isAbsolute() || text.isEmpty() ? uri : Path.of(text).toAbsolutePath().toUri();
    } catch (URISyntaxException e) {
      problems.add("'%s' is no URI: %s".formatted(text, e.getMessage()));
      return URI.create("");
    }
  }

  private static void print(RunSummary summary) {
    System.out.printf(
        "run %s: %d modules (%d bytes) in %d s, %d known before, %d dead letters%n",
        summary.runId(),
        summary.processed(),
        summary.bytes(),
        summary.duration().toSeconds(),
        summary.skipped(),
        summary.deadLetters());
    summary.verdicts().forEach((verdict, count) -> System.out.printf("  %s %d%n", verdict, count));
  }
}
