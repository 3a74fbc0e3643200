package dev.bysync.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One call of {@code bin/bysync}. */
final class Job {
  private final Path folder;
  private final List<String> arguments = new ArrayList<>();
  private String javaOptions = "";
  private String sparkHome = "";

  private Job(Path folder) {
    this.folder = folder;
  }

  /** A call that keeps its state and its log in this folder. */
  static Job in(Path folder, String... arguments) throws IOException {
    Files.createDirectories(folder);
    Job job = new Job(folder);
    job.arguments.addAll(List.of(arguments));
    return job;
  }

  Job with(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /** With further options of its JVM. */
  Job java(String options) {
    javaOptions = options;
    return this;
  }

  /** On two executors, each a JVM of its own. */
  Job onTwoExecutors() throws IOException {
    Path home = folder.resolve("spark-home");
    Files.createDirectories(home.resolve("jars"));
    sparkHome = home.toString();
    return with(
        "--master",
        "local-cluster[2,1,1024]",
        "--spark",
        "spark.executor.memory=1024m",
        "--spark",
        "spark.executor.extraClassPath=" + System.getProperty("java.class.path"),
        "--spark",
        "spark.driver.host=127.0.0.1",
        "--spark",
        "spark.driver.bindAddress=127.0.0.1");
  }

  /** With these settings of Hadoop's. */
  Job hadoop(Map<String, String> settings) {
    settings.forEach((name, value) -> with("--spark", "spark.hadoop." + name + "=" + value));
    return this;
  }

  private Path log() {
    return folder.resolve("output.log");
  }

  Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("bysync.command"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("BYSYNC_NO_BUILD", "1");
    builder.environment().put("BYSYNC_JAVA_OPTS", javaOptions);
    if (!sparkHome.isEmpty()) {
      builder.environment().put("SPARK_HOME", sparkHome);
      builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    }
    return builder.start();
  }

  /** Runs it to its end. */
  Spent run() throws IOException, InterruptedException {
    Process process = start();
    try {
      return Spent.of(process);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Runs it to its end, which must be a good one. */
  Spent runWell(Integer... codes) throws IOException, InterruptedException {
    Spent spent = run();
    if (!List.of(codes).contains(spent.code())) {
      throw new IOException("exit code " + spent.code() + ": " + endOfLog());
    }
    return spent;
  }

  private String endOfLog() throws IOException {
    String text = Files.readString(log());
    return text.substring(Math.max(0, text.length() - 2000));
  }
}
