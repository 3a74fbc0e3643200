package dev.bysync.job;

import dev.bysync.job.delta.AtomicLogStore;
import org.apache.spark.sql.SparkSession;

/** One local session for all tests of this JVM. */
public final class TestSpark {
  private static final class Holder {
    static final SparkSession INSTANCE = local("local[2]");
  }

  private TestSpark() {}

  public static SparkSession get() {
    return Holder.INSTANCE;
  }

  static SparkSession local(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("bysync-test")
        .config("spark.ui.enabled", false)
        // as of somebody who also works on the tables by Spark SQL
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.delta.logStore.file.impl", AtomicLogStore.class.getName())
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "localhost")
        .getOrCreate();
  }
}
