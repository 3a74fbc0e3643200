package dev.bysync.cli.run;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.run.ListFindings.Strictness;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.ingest.http.InternalTargets;
import dev.bysync.ingest.source.Fetching;
import dev.bysync.job.JobConfig;
import dev.bysync.job.Reading;
import dev.bysync.job.ReadingSettings;
import dev.bysync.job.StrategySettings;
import dev.bysync.job.Telemetry;
import dev.bysync.job.TransformSettings;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import dev.bysync.job.transform.Budgets;
import dev.bysync.job.transform.PayloadRules;
import dev.bysync.strategy.Strategy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of a run, resolved by the job's own precedence (command line, environment, file,
 * default) and checked before anything is started.
 *
 * @param bootstrap the user's brokers, or empty for the embedded one
 * @param kafka further properties of Kafka's clients
 * @param topic topic of submitted modules
 * @param out root of the results, an absolute URI
 * @param fetching where packages come from
 * @param runId name of the run
 * @param process how modules are processed, by the first of the strategies
 * @param strategies what transforms them, one after the other; at least one
 * @param strictness what an entry of a list means that matches in no module
 * @param slots modules at the same time, 0 for as many as Spark has cores
 * @param batchEvents events in one batch
 * @param maxModuleBytes the largest module, bytes
 * @param payloads where modules that are not in their events are read from
 * @param reading which events are read, until when, and what is done with known modules
 * @param budgets what one module may use
 * @param telemetry what is told while the run is under way
 * @param revision what the manifest has as revision
 * @param warnings what the user should know of these settings, a sentence each
 */
record RunSettings(
    String bootstrap,
    Map<String, String> kafka,
    String topic,
    URI out,
    Fetching fetching,
    String runId,
    ProcessOptions process,
    List<Strategy> strategies,
    Strictness strictness,
    int slots,
    int batchEvents,
    long maxModuleBytes,
    PayloadRules payloads,
    Reading reading,
    Budgets budgets,
    Telemetry telemetry,
    String revision,
    List<String> warnings) {

  /**
   * Resolves and checks everything.
   *
   * @throws CliFailure naming all problems at once
   */
  static RunSettings resolve(List<String> arguments, Map<String, String> environment, Clock clock) {
    Settings settings = Settings.resolve(arguments.toArray(new String[0]), environment);
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    List<Strategy> strategies = StrategySettings.strategies(settings, problems);
    ProcessOptions process = process(settings, problems, warnings).withStrategy(strategies.get(0));
    StrategySettings.checkOptions(strategies, process.asyncify(), problems);
    RunSettings resolved =
        new RunSettings(
            settings.text(Setting.KAFKA),
            settings.properties(Setting.KAFKA_PROPERTIES),
            settings.text(Setting.TOPIC),
            store(settings.text(Setting.OUT), problems),
            fetching(settings, problems),
            ReadingSettings.runId(settings.text(Setting.RUN_ID), clock),
            process,
            strategies,
            settings.flag(Setting.STRICT) ? Strictness.FAILS : Strictness.WARNS,
            ReadingSettings.clamp(settings.number(Setting.SLOTS)),
            ReadingSettings.clamp(settings.number(Setting.BATCH_EVENTS)),
            settings.number(Setting.MAX_MODULE_BYTES),
            ReadingSettings.payloads(settings),
            ReadingSettings.reading(settings, problems),
            ReadingSettings.budgets(settings, problems),
            ReadingSettings.telemetry(settings),
            settings.text(Setting.REVISION),
            warnings);
    if (resolved.reading().until() == Reading.Until.STOPPED && strategies.size() > 1) {
      problems.add("--continuous takes one strategy: the first would never end for the second");
    }
    problems.addAll(settings.problems());
    try {
      resolved.jobConfig("embedded:0", "");
    } catch (JobConfig.InvalidConfigException e) {
      problems.addAll(e.problems());
    }
    if (!problems.isEmpty()) {
      throw CliFailure.usage(String.join("\n", problems));
    }
    return resolved;
  }

  /** These settings for each strategy by itself. */
  List<RunSettings> byStrategy() {
    return strategies.stream().map(this::with).toList();
  }

  private RunSettings with(Strategy strategy) {
    return new RunSettings(
        bootstrap,
        kafka,
        topic,
        out,
        fetching,
        runId,
        process.withStrategy(strategy),
        List.of(strategy),
        strictness,
        slots,
        batchEvents,
        maxModuleBytes,
        payloads,
        reading,
        budgets,
        telemetry,
        revision,
        warnings);
  }

  /** The job's configuration with these brokers and this folder for notes of attempts. */
  JobConfig jobConfig(String brokers, String notes) {
    return JobConfig.builder()
        .bootstrap(brokers)
        .kafka(kafka)
        .topic(topic)
        .out(out)
        .runId(runId)
        .process(process)
        .reading(reading)
        .budgets(budgets)
        .notes(notes)
        .telemetry(telemetry)
        .revision(revision)
        .slots(slots)
        .batchEvents(batchEvents)
        .maxModuleBytes(maxModuleBytes)
        .payloads(payloads)
        .build();
  }

  /** The properties of Kafka's clients with these brokers. */
  Map<String, Object> clientProperties(String brokers) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put("bootstrap.servers", brokers);
    return properties;
  }

  /** A place under the root of the results. */
  URI under(String path) {
    String root = out.toString();
    return URI.create(root.endsWith("/") ? root + path : root + "/" + path);
  }

  private static Fetching fetching(Settings settings, List<String> problems) {
    Fetching fetching =
        new Fetching(
            settings.text(Setting.NPM_REGISTRY),
            settings.text(Setting.MAVEN_REPOSITORY),
            settings.flag(Setting.INTERNAL_REDIRECTS)
                ? InternalTargets.ALLOWED
                : InternalTargets.REFUSED);
    problems.addAll(fetching.problems());
    return fetching;
  }

  private static ProcessOptions process(
      Settings settings, List<String> problems, List<String> warnings) {
    AsyncifyOptions asyncify = TransformSettings.options(settings, problems, warnings);
    long fuel = settings.number(Setting.FUEL);
    if (fuel < 1) {
      problems.add("fuel must be at least 1 (--fuel)");
    }
    return new ProcessOptions(asyncify, settings.number(Setting.SEED), Math.max(1, fuel))
        .withSecondOpinions(ReadingSettings.percent(settings, Setting.SECOND_OPINIONS, problems))
        .withMinSites(ReadingSettings.percent(settings, Setting.MIN_SITES, problems));
  }

  private static URI store(String text, List<String> problems) {
    if (text.isEmpty()) {
      problems.add(
          "no place for the results: give a folder or an address such as s3a://bucket/path (--out)");
      return URI.create("file:///");
    }
    try {
      URI uri = new URI(text);
      if ("s3".equals(uri.getScheme()) || "s3n".equals(uri.getScheme())) {
        problems.add("write s3a:// instead of %s:// (--out)".formatted(uri.getScheme()));
      }
      if (uri.isAbsolute() && !"file".equals(uri.getScheme())) {
        return uri;
      }
      return local(uri.isAbsolute() ? Path.of(uri.getPath()) : Path.of(text));
    } catch (URISyntaxException e) {
      return local(Path.of(text)); // a space, for example
    }
  }

  /** Without the slash that {@link Path#toUri} adds when the folder exists. */
  private static URI local(Path path) {
    String uri = path.toAbsolutePath().normalize().toUri().toString();
    return URI.create(
        uri.length() > 8 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
  }
}
