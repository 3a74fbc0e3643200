package dev.bysync.cli.run;

import dev.bysync.ingest.IngestListener;
import dev.bysync.ingest.source.SourceProblem;

/** Tells at once what could not be read; the summary repeats it. */
final class IngestDisplay implements IngestListener {
  private final Display display;

  IngestDisplay(Display display) {
    this.display = display;
  }

  @Override
  public void problem(SourceProblem problem) {
    display.say("not read  " + Printable.of(problem.toString()));
  }
}
