package dev.bysync.job;

import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.transform.BatchPlan;
import dev.bysync.verify.Verdict;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a run does and tells it: to its listener, to Prometheus and to the JSON log. */
final class RunProgress {
  private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

  private final JobListener listener;
  private final RunMetrics metrics;
  private final JsonLog log;
  private final long startNanos = System.nanoTime();
  private final Map<Integer, Long> next = new HashMap<>();
  private Map<Integer, Long> ends;
  private RunCounts counts = RunCounts.NONE;
  private long plannedModules;
  private long plannedBytes;

  /**
   * Of a run that reads from these offsets, by partition, up to those that are the topic's ends
   * now.
   */
  RunProgress(
      JobListener listener,
      RunMetrics metrics,
      JsonLog log,
      Map<Integer, Long> start,
      Map<Integer, Long> ends) {
    this.listener = listener;
    this.metrics = metrics;
    this.log = log;
    this.next.putAll(start);
    this.ends = ends;
    metrics.lag(unread());
  }

  /** The topic has grown. */
  synchronized void ends(Map<Integer, Long> now) {
    ends = now;
    metrics.lag(unread());
  }

  synchronized void planned(BatchPlan plan, List<Decoded> records) {
    plannedModules += plan.work().size();
    plannedBytes += plan.bytes();
    for (Decoded record : records) {
      next.merge(record.position().partition(), record.position().offset() + 1, Math::max);
    }
    tell(() -> listener.started(plannedModules + unread(), plannedBytes));
  }

  synchronized void moduleDone(ModuleRow row) {
    metrics.module(row);
    log.module(row);
    tell(() -> listener.moduleDone(row.sha256(), row.verdict(), row.originalBytes()));
  }

  synchronized void committed(long number, Batch batch, Duration duration) {
    RunCounts added = batch.counts();
    counts = counts.plus(added);
    metrics.committed(added, duration);
    metrics.lag(unread());
    log.batch(number, batch, duration, unread());
    tell(() -> listener.batchCommitted(number, added.processed()));
  }

  synchronized RunSummary summary(String runId, String profile) {
    Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, counts.verdict(verdict));
    }
    return new RunSummary(
        runId,
        profile,
        verdicts,
        counts.processed(),
        counts.skipped(),
        counts.deadLetters(),
        counts.bytes(),
        duration());
  }

  Duration duration() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private long unread() {
    long unread = 0;
    for (Map.Entry<Integer, Long> end : ends.entrySet()) {
      unread += Math.max(0, end.getValue() - next.getOrDefault(end.getKey(), 0L));
    }
    return unread;
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.warn("the job's listener failed", e);
    }
  }
}
