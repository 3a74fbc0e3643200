package dev.bysync.job;

import java.net.URI;
import org.apache.spark.sql.SparkSession;

/** A run on a cluster whose executors are JVMs on this machine: MASTER BOOTSTRAP TOPIC OUT. */
final class ClusterRun {
  private ClusterRun() {}

  public static void main(String[] arguments) throws JobException {
    SparkSession spark =
        SparkSession.builder()
            .master(arguments[0])
            .appName("bysync-cluster-test")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "localhost")
            .config("spark.executor.memory", "512m")
            .config("spark.executor.extraClassPath", ChildJvm.classPath())
            .getOrCreate();
    BysyncJob.run(
        spark,
        JobConfig.builder()
            .bootstrap(arguments[1])
            .topic(arguments[2])
            .out(URI.create(arguments[3]))
            .runId("cluster")
            .build(),
        JobListener.NONE,
        new StopSignal(),
        new FakeEngine());
    System.out.println("finished");
    Runtime.getRuntime().halt(0);
  }
}
