package dev.bysync.job;

import dev.bysync.verify.Verdict;

/**
 * Progress of a run, told in the driver whatever the cluster. Calls come one at a time but from
 * Spark's own threads, which wait: return quickly. What a listener throws is logged and ignored.
 *
 * <p>A module is told when its task is done. Runs of up to 32 modules for each slot have one module
 * in a task; larger ones tell several at a time.
 */
public interface JobListener {
  /** A listener that ignores everything. */
  JobListener NONE = new JobListener() {};

  /**
   * Called when the first batch is planned, and again whenever the totals are known better: those
   * of planned batches are exact, events not read yet count as one module each.
   *
   * @param totalModules modules to process in this run
   * @param totalBytes size of those that are planned, bytes
   */
  default void started(long totalModules, long totalBytes) {}

  /**
   * A module has its result; it is in the table when its batch is committed.
   *
   * @param sha256 SHA-256 of the original
   * @param verdict its verdict
   * @param bytes size of the original
   */
  default void moduleDone(String sha256, Verdict verdict, long bytes) {}

  /**
   * A batch is in the table.
   *
   * @param batch its number
   * @param modules modules in it
   */
  default void batchCommitted(long batch, long modules) {}
}
