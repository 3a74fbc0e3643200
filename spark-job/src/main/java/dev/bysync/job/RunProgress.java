package dev.bysync.job;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.transform.BatchPlan;
import dev.bysync.verify.Verdict;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a run does and tells its listener. */
final class RunProgress {
  private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

  private final JobListener listener;
  private final Map<Integer, Long> ends;
  private final long startNanos = System.nanoTime();
  private final Map<Integer, Long> next = new HashMap<>();
  private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
  private final Set<String> done = new HashSet<>();
  private final Set<String> skipped = new HashSet<>();
  private long plannedModules;
  private long plannedBytes;
  private long bytes;
  private long deadLetters;

  RunProgress(JobListener listener, Map<Integer, Long> ends) {
    this.listener = listener;
    this.ends = ends;
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, 0L);
    }
  }

  synchronized void planned(BatchPlan plan, List<Decoded> records, int newDeadLetters) {
    plannedModules += plan.work().size();
    plannedBytes += plan.bytes();
    deadLetters += newDeadLetters;
    for (String sha256 : plan.known()) {
      if (!done.contains(sha256)) {
        skipped.add(sha256);
      }
    }
    for (Decoded record : records) {
      next.merge(record.position().partition(), record.position().offset() + 1, Math::max);
    }
    tell(() -> listener.started(plannedModules + unread(), plannedBytes));
  }

  synchronized void moduleDone(ModuleRow row) {
    tell(() -> listener.moduleDone(row.sha256(), row.verdict(), row.originalBytes()));
  }

  synchronized void committed(long batch, List<ModuleRow> rows) {
    for (ModuleRow row : rows) {
      verdicts.merge(row.verdict(), 1L, Long::sum);
      bytes += row.originalBytes();
      done.add(row.sha256());
    }
    tell(() -> listener.batchCommitted(batch, rows.size()));
  }

  synchronized RunSummary summary(String runId, String profile) {
    return new RunSummary(
        runId,
        profile,
        new EnumMap<>(verdicts),
        done.size(),
        skipped.size(),
        deadLetters,
        bytes,
        Duration.ofNanos(System.nanoTime() - startNanos));
  }

  private long unread() {
    long unread = 0;
    for (Map.Entry<Integer, Long> partition : next.entrySet()) {
      long end = ends.getOrDefault(partition.getKey(), 0L);
      unread += Math.max(0, end - partition.getValue());
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
