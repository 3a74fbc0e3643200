package dev.bysync.job;

import org.apache.spark.sql.SparkSession;

/** One local session for all tests of this JVM. */
final class TestSpark {
  private static final class Holder {
    static final SparkSession INSTANCE = local("local[2]");
  }

  private TestSpark() {}

  static SparkSession get() {
    return Holder.INSTANCE;
  }

  static SparkSession local(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("bysync-test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "localhost")
        .getOrCreate();
  }
}
