package dev.bysync.cli.run;

import dev.bysync.job.JobListener;
import dev.bysync.verify.Verdict;

/** Shows the progress of the run's jobs, one for each strategy. */
final class JobDisplay implements JobListener {
  private final Display display;
  private long expectedBytes;
  private long modules;
  private long bytes;
  private long earlierModules;
  private long earlierBytes;

  JobDisplay(Display display) {
    this.display = display;
  }

  /**
   * Before a job, tells the size of what the sources have and its table has not: the job itself
   * knows the sizes of the batches that it has planned only.
   */
  synchronized void expect(long nextBytes) {
    expectedBytes = nextBytes;
    earlierModules = modules;
    earlierBytes = bytes;
  }

  @Override
  public synchronized void started(long totalModules, long totalBytes) {
    display.total(
        earlierModules + totalModules, earlierBytes + Math.max(totalBytes, expectedBytes));
  }

  @Override
  public synchronized void moduleDone(String sha256, Verdict verdict, long moduleBytes) {
    modules++;
    bytes += moduleBytes;
    display.done(verdict, moduleBytes);
  }
}
