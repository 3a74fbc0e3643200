package dev.bysync.job;

import dev.bysync.verify.Verdict;
import java.net.URI;
import org.apache.spark.sql.SparkSession;

/** A run in a JVM of its own that can be killed: BOOTSTRAP TOPIC OUT RUN. */
final class KilledRun {
  private KilledRun() {}

  public static void main(String[] arguments) throws JobException {
    SparkSession spark = TestSpark.local("local[2]");
    JobConfig config =
        JobConfig.builder()
            .bootstrap(arguments[0])
            .topic(arguments[1])
            .out(URI.create(arguments[2]))
            .runId(arguments[3])
            .batchEvents(KillRerunTest.BATCH_EVENTS)
            .build();
    BysyncJob.run(
        spark,
        config,
        new JobListener() {
          @Override
          public void moduleDone(String sha256, Verdict verdict, long bytes) {
            System.out.println("done " + sha256);
          }

          @Override
          public void batchCommitted(long batch, long modules) {
            System.out.println("committed " + batch);
          }
        },
        new StopSignal(),
        new FakeEngine());
    System.out.println("finished");
    Runtime.getRuntime().halt(0);
  }
}
