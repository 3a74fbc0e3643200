package dev.bysync.job;

import dev.bysync.asyncify.OptionTexts;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.Words;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Makes a run's manifest, whatever state it is in. */
final class Manifests {
  private final JobConfig config;
  private final @Nullable JavaSparkContext spark;
  private final Supplier<RunCounts> counts;
  private final long startMillis = System.currentTimeMillis();

  /**
   * @param spark null for a run that needed none
   * @param counts what is in the table by now
   */
  Manifests(JobConfig config, @Nullable JavaSparkContext spark, Supplier<RunCounts> counts) {
    this.config = config;
    this.spark = spark;
    this.counts = counts;
  }

  RunManifest make(RunManifest.State state, String failure) {
    long now = System.currentTimeMillis();
    return new RunManifest(
        RunManifest.VERSION,
        config.runId(),
        state,
        config.topic(),
        config.process().profile(),
        settings(),
        origin(),
        startMillis,
        state == RunManifest.State.RUNNING ? 0 : now,
        counts.get(),
        now - startMillis,
        failure);
  }

  private Map<String, String> settings() {
    ProcessOptions process = config.process();
    Map<String, String> settings = new TreeMap<>();
    settings.put("engine", ProcessOptions.ENGINE_VERSION);
    settings.put("strategy", process.strategy().name());
    settings.put("options", process.strategy().canonical(process.asyncify()));
    settings.put("arguments", Words.write(OptionTexts.words(process.asyncify())));
    settings.put("seed", Long.toString(process.seed()));
    settings.put("fuel", Long.toString(process.fuel()));
    settings.put("min-sites", Integer.toString(process.minSites()));
    settings.put("second-opinions", Integer.toString(process.secondOpinions()));
    settings.put("until", config.reading().until().name());
    settings.put("from", config.reading().from().name());
    settings.put("mode", config.reading().mode().name());
    settings.put("isolation", config.budgets().isolation().name());
    settings.put("module-seconds", Integer.toString(config.budgets().moduleSeconds()));
    settings.put("fork-above", Long.toString(config.budgets().forkAboveBytes()));
    settings.put("fork-memory", Integer.toString(config.budgets().forkMemoryMebibytes()));
    settings.put("slots", Integer.toString(config.slots()));
    settings.put("batch-events", Integer.toString(config.batchEvents()));
    settings.put("max-module-bytes", Long.toString(config.maxModuleBytes()));
    return settings;
  }

  private RunManifest.Origin origin() {
    String version = BysyncJob.class.getPackage().getImplementationVersion();
    return new RunManifest.Origin(
        System.getProperty("user.name", ""),
        hostName(),
        spark == null ? "" : spark.sc().applicationId(),
        spark == null ? "" : spark.master(),
        spark == null ? "" : spark.version(),
        Runtime.version().toString(),
        version == null ? "" : version,
        config.revision());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }
}
