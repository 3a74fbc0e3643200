package dev.bysync.cli.run;

import dev.bysync.ingest.IngestListener;
import dev.bysync.ingest.source.SourceProblem;

/** Tells at once what could not be read; the summary repeats it. */
final class IngestDisplay implements IngestListener {
  private final Display display;
  private long passedOver;

  IngestDisplay(Display display) {
    this.display = display;
  }

  @Override
  public void problem(SourceProblem problem) {
    display.say("not read  " + Printable.of(problem.toString()));
  }

  @Override
  public void passedOver(String source) {
    passedOver++;
  }

  /** How many packages were not fetched since they were looked through before. */
  long passedOver() {
    return passedOver;
  }
}
