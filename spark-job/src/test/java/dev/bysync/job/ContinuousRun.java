package dev.bysync.job;

import java.net.URI;

/** A run in a JVM of its own that goes on until it is stopped: BOOTSTRAP TOPIC OUT. */
final class ContinuousRun {
  private ContinuousRun() {}

  public static void main(String[] arguments) throws JobException {
    StopSignal stop = new StopSignal();
    Signals.stopOnTermination(stop);
    Reading reading =
        new Reading(Reading.Until.STOPPED, Reading.From.COMMITTED, Reading.defaults().mode(), 1);
    RunSummary summary =
        BysyncJob.run(
            TestSpark.local("local[2]"),
            JobConfig.builder()
                .bootstrap(arguments[0])
                .topic(arguments[1])
                .out(URI.create(arguments[2]))
                .runId("continuous")
                .reading(reading)
                .build(),
            new JobListener() {
              @Override
              public void batchCommitted(long batch, long modules) {
                System.out.println("committed " + modules);
              }
            },
            stop,
            new FakeEngine());
    System.out.println("stopped after " + summary.processed());
    Runtime.getRuntime().halt(0);
  }
}
