package dev.bysync.cli.run;

import dev.bysync.job.JobListener;
import dev.bysync.verify.Verdict;

/** Shows the job's progress. */
final class JobDisplay implements JobListener {
  private final Display display;
  private final long expectedBytes;

  /**
   * With the size of what the sources have and the table has not: the job itself knows the sizes of
   * the batches that it has planned only.
   */
  JobDisplay(Display display, long expectedBytes) {
    this.display = display;
    this.expectedBytes = expectedBytes;
  }

  @Override
  public void started(long totalModules, long totalBytes) {
    display.total(totalModules, Math.max(totalBytes, expectedBytes));
  }

  @Override
  public void moduleDone(String sha256, Verdict verdict, long bytes) {
    display.done(verdict, bytes);
  }
}
