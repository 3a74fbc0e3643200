package dev.bysync.job;

import java.net.URI;
import org.apache.spark.sql.SparkSession;

/** A run on a cluster of two executors on this machine: BOOTSTRAP TOPIC OUT CLASSPATH. */
final class ClusterRun {
  private ClusterRun() {}

  public static void main(String[] arguments) throws JobException {
    SparkSession spark =
        SparkSession.builder()
            .master("local-cluster[2,1,512]")
            .appName("bysync-cluster-test")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "localhost")
            .config("spark.executor.memory", "512m")
            .config("spark.executor.extraClassPath", arguments[3])
            .getOrCreate();
    BysyncJob.run(
        spark,
        JobConfig.builder()
            .bootstrap(arguments[0])
            .topic(arguments[1])
            .out(URI.create(arguments[2]))
            .runId("cluster")
            .build(),
        JobListener.NONE,
        new StopSignal(),
        new FakeEngine());
    System.out.println("finished");
    Runtime.getRuntime().halt(0);
  }
}
