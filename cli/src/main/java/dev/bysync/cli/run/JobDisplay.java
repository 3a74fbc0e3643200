package dev.bysync.cli.run;

import dev.bysync.job.JobListener;
import dev.bysync.verify.Verdict;

/** Shows the job's progress. */
final class JobDisplay implements JobListener {
  private final Display display;

  JobDisplay(Display display) {
    this.display = display;
  }

  @Override
  public void started(long totalModules, long totalBytes) {
    display.total(totalModules, totalBytes);
  }

  @Override
  public void moduleDone(String sha256, Verdict verdict, long bytes) {
    display.done(verdict, bytes);
  }
}
