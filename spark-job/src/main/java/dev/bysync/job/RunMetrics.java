package dev.bysync.job;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.RunCounts;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a run for Prometheus, in the driver, which hears of every module whatever the cluster.
 * Counters start at zero with the run.
 */
final class RunMetrics implements AutoCloseable {
  private static final double[] SECONDS = {0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 3600};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter modules =
      Counter.builder()
          .name("bysync_modules_total")
          .help("Modules done, by verdict; in the table once their batch is committed")
          .labelNames("verdict")
          .register(registry);
  private final Counter bytes =
      Counter.builder()
          .name("bysync_module_bytes_total")
          .help("Size of the originals of modules done")
          .unit(Unit.BYTES)
          .register(registry);
  private final Counter committed =
      Counter.builder()
          .name("bysync_modules_committed_total")
          .help("Modules that this run added to the table")
          .register(registry);
  private final Counter skipped =
      Counter.builder()
          .name("bysync_modules_skipped_total")
          .help("Modules of events read that the table had already")
          .register(registry);
  private final Counter deadLetters =
      Counter.builder()
          .name("bysync_dead_letters_total")
          .help("Records that are no events")
          .register(registry);
  private final Gauge lag =
      Gauge.builder()
          .name("bysync_lag_events")
          .help("Events on the topic that are not in the table yet")
          .register(registry);
  private final Gauge lastCommit =
      Gauge.builder()
          .name("bysync_last_commit_timestamp_seconds")
          .help("When the last batch was committed, seconds since 1970")
          .register(registry);
  private final Histogram batchSeconds =
      Histogram.builder()
          .name("bysync_batch_duration_seconds")
          .help("Wall time of a batch, from its first record to its commit")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);
  private final Histogram moduleSeconds =
      Histogram.builder()
          .name("bysync_module_duration_seconds")
          .help("Wall time of a module's transform and verification")
          .labelNames("phase")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);
  private final @Nullable HTTPServer server;

  private RunMetrics(Telemetry telemetry, String runId, String topic, String profile)
      throws IOException {
    Info.builder()
        .name("bysync_run")
        .help("The run that these figures are of")
        .labelNames("run", "topic", "profile")
        .register(registry)
        .setLabelValues(runId, topic, profile);
    this.server = telemetry.metrics().isEmpty() ? null : serve(telemetry, registry);
  }

  /**
   * Figures of a run, served if the run's settings name an address.
   *
   * @throws IOException if nothing can be served there
   */
  static RunMetrics start(JobConfig config) throws IOException {
    return new RunMetrics(
        config.telemetry(), config.runId(), config.topic(), config.process().profile());
  }

  private static HTTPServer serve(Telemetry telemetry, PrometheusRegistry registry)
      throws IOException {
    String host = telemetry.metricsHost();
    int port = telemetry.metricsPort();
    return HTTPServer.builder()
        .inetAddress(
            (host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port))
                .getAddress())
        .port(port)
        .registry(registry)
        .buildAndStart();
  }

  /** The port that is served, 0 if none is. */
  int port() {
    return server == null ? 0 : server.getPort();
  }

  void module(ModuleRow row) {
    modules.labelValues(row.verdict().name()).inc();
    bytes.inc(row.originalBytes());
    moduleSeconds.labelValues("transform").observe(row.transformNanos() / 1e9);
    moduleSeconds.labelValues("verify").observe(row.verifyNanos() / 1e9);
  }

  void committed(RunCounts added, Duration duration) {
    committed.inc(added.processed());
    skipped.inc(added.skipped());
    deadLetters.inc(added.deadLetters());
    batchSeconds.observe(duration.toNanos() / 1e9);
    lastCommit.set(System.currentTimeMillis() / 1000.0);
  }

  void lag(long events) {
    lag.set((double) events);
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop();
    }
  }
}
