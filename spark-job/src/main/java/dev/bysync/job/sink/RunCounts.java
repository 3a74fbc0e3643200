package dev.bysync.job.sink;

import dev.bysync.verify.Verdict;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a batch, or a whole run, added.
 *
 * @param processed modules that got a row
 * @param skipped modules of its events that the table had already; each counts once in a run
 * @param sources places where modules were found that the table did not have
 * @param deadLetters records that are no events
 * @param bytes size of the processed modules
 * @param verdicts how many of them got which verdict, by its name; verdicts that none got are left
 *     out
 * @param corpora how many of the new sources have which label, of the first 100 labels
 */
public record RunCounts(
    long processed,
    long skipped,
    long sources,
    long deadLetters,
    long bytes,
    Map<String, Long> verdicts,
    Map<String, Long> corpora) {
  private static final int MAX_LABELS = 100;

  /** Nothing. */
  public static final RunCounts NONE = new RunCounts(0, 0, 0, 0, 0, Map.of(), Map.of());

  static RunCounts of(Batch batch) {
    Map<String, Long> verdicts = new TreeMap<>();
    long bytes = 0;
    for (ModuleRow row : batch.modules()) {
      verdicts.merge(row.verdict().name(), 1L, Long::sum);
      bytes += row.originalBytes();
    }
    Map<String, Long> corpora = new TreeMap<>();
    for (ProvenanceRow row : batch.provenance()) {
      if (corpora.containsKey(row.corpus()) || corpora.size() < MAX_LABELS) {
        corpora.merge(row.corpus(), 1L, Long::sum);
      }
    }
    return new RunCounts(
        batch.modules().size(),
        batch.skipped(),
        batch.provenance().size(),
        batch.deadLetters().size(),
        bytes,
        verdicts,
        corpora);
  }

  /** The same, if the run found so many modules, of which the table had those it did not do. */
  RunCounts withKnownOf(long found) {
    return new RunCounts(
        processed,
        Math.max(skipped, found - processed),
        sources,
        deadLetters,
        bytes,
        verdicts,
        corpora);
  }

  /** Both together. */
  public RunCounts plus(RunCounts other) {
    return new RunCounts(
        processed + other.processed,
        skipped + other.skipped,
        sources + other.sources,
        deadLetters + other.deadLetters,
        bytes + other.bytes,
        sum(verdicts, other.verdicts),
        sum(corpora, other.corpora));
  }

  /** How many modules got this verdict. */
  public long verdict(Verdict verdict) {
    return verdicts.getOrDefault(verdict.name(), 0L);
  }

  private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> sum = new TreeMap<>(a);
    b.forEach(
        (name, count) -> {
          if (sum.containsKey(name) || sum.size() < MAX_LABELS) {
            sum.merge(name, count, Long::sum);
          }
        });
    return sum;
  }
}
