package dev.bysync.cli.contract;

import dev.bysync.engine.ProcessOptions;
import dev.bysync.ingest.Ingest;
import dev.bysync.ingest.IngestConfig;
import dev.bysync.ingest.IngestException;
import dev.bysync.ingest.IngestListener;
import dev.bysync.ingest.IngestResult;
import dev.bysync.ingest.source.Limits;
import dev.bysync.job.BysyncJob;
import dev.bysync.job.JobConfig;
import dev.bysync.job.JobException;
import dev.bysync.job.JobListener;
import dev.bysync.job.RunSummary;
import dev.bysync.job.StopSignal;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Ingest and job with a topic of their own, against a broker and a store. */
final class Pipeline {
  private static final class Spark {
    static final SparkSession SESSION =
        SparkSession.builder()
            .master("local[2]")
            .appName("bysync-contract")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", Path.of("target").toAbsolutePath().toString())
            .getOrCreate();
  }

  private final String topic = "modules-" + UUID.randomUUID();
  private final String bootstrap;
  private final URI out;
  private final Map<String, String> hadoop;

  /** With these settings of Hadoop's for the store. */
  Pipeline(String bootstrap, URI out, Map<String, String> hadoop) {
    this.bootstrap = bootstrap;
    this.out = out;
    this.hadoop = hadoop;
  }

  String topic() {
    return topic;
  }

  URI out() {
    return out;
  }

  String profile() {
    return ProcessOptions.defaults().profile();
  }

  Configuration configuration() {
    Configuration configuration = new Configuration();
    hadoop.forEach(configuration::set);
    return configuration;
  }

  IngestResult ingest(Path source) throws IngestException {
    IngestConfig config =
        new IngestConfig(
            Map.of("bootstrap.servers", bootstrap),
            topic,
            out,
            configuration(),
            "",
            Limits.defaults());
    return Ingest.run(config, List.of(source.toString()), new IngestListener() {});
  }

  RunSummary job(String runId) throws JobException {
    SparkSession spark = Spark.SESSION;
    hadoop.forEach(spark.sparkContext().hadoopConfiguration()::set);
    JobConfig config =
        JobConfig.builder().bootstrap(bootstrap).topic(topic).out(out).runId(runId).build();
    return BysyncJob.run(spark, config, JobListener.NONE, new StopSignal());
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
